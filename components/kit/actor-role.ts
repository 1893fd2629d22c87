import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "./statement.ts";

export interface ActorRoleArgs {
  /** Physical name of the role. */
  readonly roleName: string;
  /** The AWS service that assumes it, for example `codebuild.amazonaws.com`. */
  readonly service: string;
  /** The account for whose resources the service may act. @default - any account; only for a service that does not say which */
  readonly accountId?: string;
  /**
   * The resource for which the service may act: its ARN, or a pattern. @default - all; only for a service that does not
   * say which
   */
  readonly sourceArn?: string;
  /** All that the role may do. @default - nothing */
  readonly statements?: readonly Statement[];
}

/**
 * The role of one actor: one AWS service may assume it on behalf of one resource, and may do what its statements allow.
 */
export class ActorRole extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** The role and its policy, for resources that need its permissions as soon as they are created. */
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

/**
 * The trust policy: only the service may assume the role, and only for that resource (IAM user guide, "The confused
 * deputy problem").
 */
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
