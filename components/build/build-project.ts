import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ActorRole } from "../kit/actor-role.ts";
import type { Architecture } from "../kit/architecture.ts";
import { decryptParameters } from "../kit/kms-keys.ts";
import type { Names } from "../kit/names.ts";
import { sortedEntries } from "../kit/sorted-entries.ts";
import { useArtifactKey, writeLogs, type Statement } from "../kit/statement.ts";

export interface BuildProjectArgs {
  readonly names: Names;
  /** Which of the environment's projects it is. */
  readonly project: Names["build"];
  /** What it does, for the console. */
  readonly description: string;
  /** Path of the buildspec in the source, or its text. */
  readonly buildspec: string;
  readonly timeoutMinutes: number;
  /** Variables with their values. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** Variables whose values CodeBuild reads from Parameter Store: variable → parameter name. @default - none */
  readonly parameters?: Readonly<Record<string, string>>;
  /** ARNs of the KMS keys that encrypt some of them. @default - none but Parameter Store's own */
  readonly parameterKmsKeyArns?: readonly string[];
  /** What its role may do beside logging, taking its input and reading those parameters. */
  readonly statements: readonly Statement[];
  /** Whether it runs Docker, which needs a privileged build container. @default - false */
  readonly docker?: boolean;
  /** @default - SMALL */
  readonly computeType?: ComputeType;
  /** @default - x86_64 */
  readonly architecture?: Architecture;
  readonly logRetentionDays: number;
}

/** Sizes of CodeBuild's on-demand hosts for containers ("Build environment compute modes and types"). */
export const computeTypes = ["SMALL", "MEDIUM", "LARGE", "XLARGE", "2XLARGE"] as const;
export type ComputeType = (typeof computeTypes)[number];

/** Hosts and their images; AWS's page lists Docker, Compose, the AWS CLI and jq (CodeBuild, "Docker images"). */
const hosts = {
  x86_64: { type: "LINUX_CONTAINER", image: "aws/codebuild/standard:8.0" },
  arm64: { type: "ARM_CONTAINER", image: "aws/codebuild/amazonlinux-aarch64-standard:4.0" },
} as const satisfies Record<Architecture, object>;

/** One CodeBuild project that a pipeline's action starts, with its role and its log group. */
export class BuildProject extends pulumi.ComponentResource {
  readonly projectName: string;
  readonly projectArn: string;

  constructor(name: string, args: BuildProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:BuildProject", name, {}, opts);
    const { project, names } = args;
    const logs = new aws.cloudwatch.LogGroup(
      name,
      { name: project.logGroup.name, retentionInDays: args.logRetentionDays },
      { parent: this },
    );
    const role = new ActorRole(
      name,
      {
        roleName: project.role.name,
        service: "codebuild.amazonaws.com",
        accountId: names.place.accountId,
        sourceArn: project.arn,
        statements: projectStatements(args),
      },
      { parent: this },
    );
    new aws.codebuild.Project(name, projectArgs(args, role.arn), { parent: this, dependsOn: [logs, ...role.ready] });
    this.projectName = project.name;
    this.projectArn = project.arn;
    this.registerOutputs({ projectName: this.projectName, projectArn: this.projectArn });
  }
}

function projectArgs(args: BuildProjectArgs, serviceRole: pulumi.Output<string>): aws.codebuild.ProjectArgs {
  const encryptionKey = args.names.artifactBucket.keyArn;
  const plain = sortedEntries(args.environment).map(([name, value]) => ({ name, value, type: "PLAINTEXT" }));
  const parameters = sortedEntries(args.parameters ?? {}).map(([name, value]) => ({
    name,
    value,
    type: "PARAMETER_STORE",
  }));
  return {
    name: args.project.name,
    description: args.description,
    serviceRole,
    buildTimeout: args.timeoutMinutes,
    // CodeBuild does not take the pipeline's key for what it writes.
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
    source: { type: "CODEPIPELINE", buildspec: args.buildspec },
    artifacts: { type: "CODEPIPELINE" },
    environment: {
      ...hosts[args.architecture ?? "x86_64"],
      computeType: `BUILD_GENERAL1_${args.computeType ?? "SMALL"}`,
      privilegedMode: args.docker ?? false,
      environmentVariables: [...plain, ...parameters],
    },
    logsConfig: { cloudwatchLogs: { groupName: args.project.logGroup.name } },
  };
}

/** What a build needs as every one does (CodeBuild, "Allow CodeBuild to interact with other AWS services"), and for its own work. */
export function projectStatements(
  args: Pick<BuildProjectArgs, "names" | "project" | "parameters" | "parameterKmsKeyArns" | "statements">,
): readonly Statement[] {
  const { names, project, parameters = {}, parameterKmsKeyArns = [] } = args;
  const parameterArns = Object.values(parameters).map((parameter) => names.parameterArn(parameter));
  return [
    writeLogs(project.logGroup.arn),
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: `${names.artifactBucket.arn}/*`,
    },
    // Whose the bucket is: S3BucketIdentity of the same page.
    { Effect: "Allow", Action: ["s3:GetBucketAcl", "s3:GetBucketLocation"], Resource: names.artifactBucket.arn },
    ...useArtifactKey(names, "kms:Decrypt"),
    ...(parameterArns.length === 0
      ? []
      : [{ Effect: "Allow", Action: "ssm:GetParameters", Resource: parameterArns.toSorted() } as const]),
    ...decryptParameters(names, parameterKmsKeyArns, Object.values(parameters)),
    ...args.statements,
  ];
}
