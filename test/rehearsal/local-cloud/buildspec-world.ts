import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CodeBuildClient, CreateProjectCommand } from "@aws-sdk/client-codebuild";
import { CreateRepositoryCommand, DescribeImagesCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import * as pulumi from "@pulumi/pulumi";
import { strToU8, zipSync, type Zippable } from "fflate";
import { composeLabel, readApplication, repositoryVariable, type Application } from "../../../compose/index.ts";
import { readProgram } from "../../../components/build/bundle-program.ts";
import { buildStep, type BuildSettings } from "../../../components/build/build-step.ts";
import { namesOf } from "../../../components/kit/names.ts";
import type { BuildResult } from "../../../local-cloud/codebuild/builds.ts";
import { rootCredentials } from "../../../local-cloud/access/identity.ts";
import { startLocalCloud } from "../../../local-cloud/local-cloud.ts";
import { rehearsalLabel } from "../../../local-cloud/kit/leftovers.ts";
import { policy } from "./local-endpoint.ts";

/**
 * An environment's build project with its own role, in a cloud where IAM is enforced; it runs this repository's
 * buildspec.
 */
export interface BuildspecWorld {
  /** `host:port` of the registry. */
  readonly registry: string;
  readonly directory: string;
  /** The log of all its builds. */
  readonly lines: readonly string[];
  readonly iam: IAMClient;
  readonly ecr: ECRClient;
  /** Creates a repository as the program creates it. */
  readonly repository: (name: string) => Promise<void>;
  /** Digest of each tag in a repository. */
  readonly tags: (name: string) => Promise<Readonly<Record<string, string>>>;
  /**
   * Creates what a build of this Compose text needs: repositories, the project, its role, and a service of the same text.
   */
  readonly environment: (compose: string, change: Partial<BuildSettings>) => Promise<void>;
  /** Builds a commit of that text and these files, as the pipeline does. */
  readonly build: (commit: string, files?: Zippable) => Promise<BuildResult>;
  readonly close: () => Promise<void>;
}

const bucket = "shop-production-artifacts-000000000000-us-east-1";
const place = { partition: "aws", region: "us-east-1", accountId: "000000000000" };
const names = namesOf("shop", "production", place);

const composeFiles = ["docker-compose-production.yml"];

const asked = {
  composeFiles,
  names,
  environment: "production",
  directory: "",
  source: { provider: "CodeCommit" },
  variables: {},
  parameterNames: {},
  parameterKmsKeyArns: [],
  architecture: "x86_64",
  logRetentionDays: 1,
} as const;
/** Settings of a production build, unless a test changes them. */
const settings: BuildSettings = {
  buildspec: undefined,
  timeoutMinutes: 10,
  computeType: "SMALL",
  cache: "none",
  baseImages: [],
  runTests: false,
  promoteFrom: undefined,
  testReports: false,
  parameters: [],
};

/** Starts the cloud; `close` removes everything. */
export async function startBuildspecWorld(): Promise<BuildspecWorld> {
  const directory = mkdtempSync(join(tmpdir(), "compose-ecs-buildspec-"));
  const runId = `${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  const lines: string[] = [];
  const cloud = await startLocalCloud({
    directory,
    runId,
    labels: { [rehearsalLabel]: runId },
    log: () => undefined,
    // Nothing listens there: a build asks no package registry.
    surroundings: { ...process.env, npm_config_registry: "http://127.0.0.1:9/" },
    onBuildLine: (_, line) => lines.push(line),
  });
  const client = { endpoint: cloud.endpointUrl, region: place.region, credentials: rootCredentials };
  const [ecr, iam, s3] = [
    new ECRClient(client),
    new IAMClient(client),
    new S3Client({ ...client, forcePathStyle: true }),
  ];
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(new CreateBucketCommand({ Bucket: names.programBucket.name }));
  const { registryHost: registry } = cloud.world;
  const state = { compose: "" };
  const repository = async (repositoryName: string): Promise<void> => {
    await ecr.send(
      new CreateRepositoryCommand({
        repositoryName,
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: ["latest", "cache*"].map((filter) => ({ filter, filterType: "WILDCARD" })),
      }),
    );
  };
  return {
    registry,
    directory,
    lines,
    iam,
    ecr,
    repository,
    async tags(repositoryName) {
      const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
      const pairs = imageDetails.flatMap(({ imageTags = [], imageDigest = "" }) =>
        imageTags.map((tag) => [tag, imageDigest] as const),
      );
      return Object.fromEntries(pairs.toSorted());
    },
    async environment(compose, change) {
      state.compose = compose;
      const { application } = readApplication({ files: composeFiles, variables, readFile: () => compose });
      for (const { name } of application.images) await repository(names.repository(name).name);
      const uris = application.images.map(({ name }) => [name, `${registry}/${names.repository(name).name}`] as const);
      const repositories = Object.fromEntries(uris.map(([name, uri]) => [name, pulumi.output(uri)]));
      const program = await readProgram();
      await s3.send(
        new PutObjectCommand({ Bucket: names.programBucket.name, Key: `${program.sha256}.cjs`, Body: program.text }),
      );
      const plan = { ...asked, program, application, settings: { ...settings, ...change } };
      const step = buildStep(plan, { repositories, releaseRevisions: {} });
      const serviceRole = await role(iam, step.projectName, [
        { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: `${names.artifactBucket.arn}/*` },
        ...(step.statements ?? []),
      ]);
      const plain = Object.entries(step.environment ?? {}).map(([name, value]) => {
        const uri = uris.find(([image]) => repositoryVariable(image) === name)?.[1];
        return { name, value: typeof value === "string" ? value : (uri ?? "") };
      });
      await new CodeBuildClient(client).send(
        new CreateProjectCommand({
          name: step.projectName,
          serviceRole,
          source: { type: "CODEPIPELINE", buildspec: step.buildspec },
          artifacts: { type: "CODEPIPELINE" },
          environment: {
            type: "LINUX_CONTAINER",
            image: "aws/codebuild/standard:8.0",
            computeType: "BUILD_GENERAL1_SMALL",
            privilegedMode: step.docker ?? false,
            environmentVariables: plain,
          },
          logsConfig: { cloudWatchLogs: { status: "DISABLED" } },
        }),
      );
      await runs(new ECSClient(client), application, Object.fromEntries(uris));
    },
    async build(resolvedSourceVersion, files = {}) {
      const Body = zipSync({ "docker-compose-production.yml": strToU8(state.compose), ...files });
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "source.zip", Body }));
      const { done } = await cloud.codebuild.startBuild({
        projectName: names.build.name,
        caller: { accessKeyId: rootCredentials.accessKeyId, principalArn: "root" },
        initiator: "codepipeline/shop-production",
        source: { bucket, key: "source.zip" },
        output: { bucket, key: "output.zip" },
        resolvedSourceVersion,
      });
      return await done;
    },
    async close() {
      await cloud.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const variables = { ECS_ENV_NAME: { kind: "plain", value: "production" }, IMAGE_TAG: { kind: "build" } } as const;

async function role(iam: IAMClient, RoleName: string, statements: readonly object[]): Promise<string> {
  const trust = { Effect: "Allow", Principal: { Service: "codebuild.amazonaws.com" }, Action: "sts:AssumeRole" };
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy([trust]) }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "statements", PolicyDocument: policy(statements) }));
  return Role?.Arn ?? "";
}

/** Creates an application's service without tasks, as `up` does; a build compares its commit with it. */
async function runs(
  ecs: ECSClient,
  { services }: Pick<Application, "services">,
  uris: Readonly<Record<string, string>>,
): Promise<void> {
  await ecs.send(new CreateClusterCommand({ clusterName: names.cluster.name }));
  for (const { name, containers } of services) {
    const { family, name: serviceName } = names.service(name);
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        cpu: "256",
        memory: "512",
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        executionRoleArn: "arn:aws:iam::000000000000:role/execution",
        containerDefinitions: containers.map(({ name: container, image, fingerprint }) => ({
          name: container,
          essential: true,
          image: "built" in image ? `${uris[image.built] ?? ""}:latest` : image.reference,
          dockerLabels: { [composeLabel]: JSON.stringify(fingerprint) },
        })),
      }),
    );
    await ecs.send(
      new CreateServiceCommand({
        cluster: names.cluster.name,
        serviceName,
        taskDefinition: family,
        desiredCount: 0,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"] } },
      }),
    );
  }
}
