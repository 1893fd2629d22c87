import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "./statement.ts";

export interface ActorRoleArgs {
  /** Physical name of the role. */
  readonly roleName: string;
  /** The AWS service that acts with it, say `codebuild.amazonaws.com`. */
  readonly service: string;
  /** The account whose resources may make that service act. @default - whatever account; only for a service that names none */
  readonly accountId?: string;
  /** Which of them may: the ARN of one, or a pattern. @default - all; only for a service that does not say */
  readonly sourceArn?: string;
  /** All it may do. @default - nothing */
  readonly statements?: readonly Statement[];
}

/** The role of one actor: trusted by one AWS service on behalf of one resource, allowed the sum of its statements. */
export class ActorRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** Resolves when the role may do what its statements say; what acts at once depends on it. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ActorRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:ActorRole", name, {}, opts);
    const role = new aws.iam.Role(name, { name: args.roleName, assumeRolePolicy: trust(args) }, { parent: this });
    const statements = args.statements ?? [];
    const policies = statements.length === 0 ? [] : [this.policy(name, role, statements)];
    this.arn = role.arn;
    this.ready = [role, ...policies];
    this.registerOutputs({ arn: this.arn });
  }

  private policy(name: string, role: aws.iam.Role, statements: readonly Statement[]): aws.iam.RolePolicy {
    return new aws.iam.RolePolicy(
      `${name}-statements`,
      {
        name: "statements",
        role: role.name,
        policy: pulumi.jsonStringify(policyDocument(statements)),
      },
      { parent: this },
    );
  }
}

/** Only the service may assume the role, and only for that resource (IAM user guide, "The confused deputy problem"). */
function trust({ service, accountId, sourceArn }: ActorRoleArgs): string {
  const Condition = {
    ...(accountId !== undefined && { StringEquals: { "aws:SourceAccount": accountId } }),
    ...(sourceArn !== undefined && { ArnLike: { "aws:SourceArn": sourceArn } }),
  };
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(Object.keys(Condition).length > 0 && { Condition }),
      },
    ],
  });
}
