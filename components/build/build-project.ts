import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ActorRole } from "../kit/actor-role.ts";
import type { Architecture } from "../kit/architecture.ts";
import { parameterArn, projectNames, type ArtifactStore, type Place } from "../kit/names.ts";
import { sortedEntries } from "../kit/sorted-entries.ts";
import { useArtifactKey, writeLogs, type Statement } from "../kit/statement.ts";

export interface BuildProjectArgs {
  /** The account and region that it is in. */
  readonly place: Place;
  /** The bucket from which the build reads its input. */
  readonly artifactBucket: ArtifactStore;
  /** Name of the project and of its role; its log group is `/aws/codebuild/<name>`. @default - the component's name */
  readonly projectName?: string;
  /** What it does, as the console shows it. */
  readonly description: string;
  /** Path of the buildspec in the source, or its text. */
  readonly buildspec: string;
  readonly timeoutMinutes: number;
  /** Variables with their values. @default - none */
  readonly environment?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Variables whose values CodeBuild reads from Parameter Store: variable → parameter name. @default - none */
  readonly parameters?: Readonly<Record<string, string>>;
  /** What its role may do besides logging, reading its input and reading those parameters. @default - nothing */
  readonly statements?: readonly Statement[];
  /** Whether it runs Docker, which needs a privileged build container. @default - false */
  readonly docker?: boolean;
  /** @default - SMALL */
  readonly computeType?: ComputeType;
  /** @default - x86_64 */
  readonly architecture?: Architecture;
  /** Days for which CloudWatch Logs keeps its log. */
  readonly logRetentionDays: number;
}

/** A step of the pipeline: a project whose name is known before it is created. */
export type Step = BuildProjectArgs & { readonly projectName: string };

/** Sizes of CodeBuild's on-demand hosts for containers ("Build environment compute modes and types"). */
export const computeTypes = ["SMALL", "MEDIUM", "LARGE", "XLARGE", "2XLARGE"] as const;
export type ComputeType = (typeof computeTypes)[number];

/** Hosts and their images, which hold Docker, Compose, the AWS CLI and jq (CodeBuild, "Docker images"). */
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
    const project = projectNames(args.place, args.projectName ?? name);
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
        accountId: args.place.accountId,
        sourceArn: project.arn,
        statements: projectStatements(project.name, args),
      },
      { parent: this },
    );
    new aws.codebuild.Project(name, projectArgs(project, args, role.arn), {
      parent: this,
      dependsOn: [logs, ...role.ready],
    });
    this.projectName = project.name;
    this.projectArn = project.arn;
    this.registerOutputs({ projectName: this.projectName, projectArn: this.projectArn });
  }
}

function projectArgs(
  project: ReturnType<typeof projectNames>,
  args: BuildProjectArgs,
  serviceRole: pulumi.Output<string>,
): aws.codebuild.ProjectArgs {
  const encryptionKey = args.artifactBucket.keyArn;
  const plain = sortedEntries(args.environment ?? {}).map(([name, value]) => ({ name, value, type: "PLAINTEXT" }));
  const parameters = sortedEntries(args.parameters ?? {}).map(([name, value]) => ({
    name,
    value,
    type: "PARAMETER_STORE",
  }));
  return {
    name: project.name,
    description: args.description,
    serviceRole,
    buildTimeout: args.timeoutMinutes,
    // CodeBuild does not use the pipeline's key by itself for what it writes.
    ...(encryptionKey === undefined ? {} : { encryptionKey }),
    source: { type: "CODEPIPELINE", buildspec: args.buildspec },
    artifacts: { type: "CODEPIPELINE" },
    environment: {
      ...hosts[args.architecture ?? "x86_64"],
      computeType: `BUILD_GENERAL1_${args.computeType ?? "SMALL"}`,
      privilegedMode: args.docker ?? false,
      environmentVariables: [...plain, ...parameters],
    },
    logsConfig: { cloudwatchLogs: { groupName: project.logGroup.name } },
  };
}

/** What every build needs (CodeBuild, "Allow CodeBuild to interact with other AWS services"), and what this one needs for its own work. */
export function projectStatements(
  projectName: string,
  args: Pick<BuildProjectArgs, "place" | "artifactBucket" | "parameters" | "statements">,
): readonly Statement[] {
  const { place, artifactBucket, parameters = {}, statements = [] } = args;
  const parameterArns = Object.values(parameters).map((parameter) => parameterArn(place, parameter));
  return [
    writeLogs(projectNames(place, projectName).logGroup.arn),
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: `${artifactBucket.arn}/*`,
    },
    // The same page asks for these to check the bucket's owner (S3BucketIdentity).
    { Effect: "Allow", Action: ["s3:GetBucketAcl", "s3:GetBucketLocation"], Resource: artifactBucket.arn },
    ...useArtifactKey({ artifactBucket, place }, "kms:Decrypt"),
    ...(parameterArns.length === 0
      ? []
      : [{ Effect: "Allow", Action: "ssm:GetParameters", Resource: parameterArns.toSorted() } as const]),
    ...statements,
  ];
}
