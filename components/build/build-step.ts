import type * as pulumi from "@pulumi/pulumi";
import { repositoryVariable, type Application } from "../../compose/index.ts";
import type { Architecture } from "../kit/architecture.ts";
import { baseImageStatements, type BaseImage } from "./base-images.ts";
import type { BuildProjectArgs, ComputeType } from "./build-project.ts";
import type { Names } from "../kit/names.ts";
import { revisionVariables, type ReleaseRevisions } from "../service/release-revisions.ts";
import { useArtifactKey, type Statement } from "../kit/statement.ts";
import type { SourceSettings } from "../pipeline/source.ts";

/** Where layers outlive a build's host: in the image `latest`, in the tag `cache` of its repository, or nowhere. */
export const buildCaches = ["inline", "registry", "none"] as const;

export interface BuildStepArgs {
  readonly names: Names;
  readonly environment: string;
  readonly source: Pick<SourceSettings, "provider">;
  readonly application: Application;
  /** Paths of the environment's Compose files. */
  readonly composeFiles: readonly string[];
  /** Path of the buildspec in the source. */
  readonly buildspec: string;
  /** Repository URI of each image the pipeline builds. */
  readonly repositories: Readonly<Record<string, pulumi.Input<string>>>;
  /** ARN of the revision that `up` has made of each release service, by its name. */
  readonly releaseRevisions: ReleaseRevisions;
  /** Plain Compose variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** Compose variables that are parameters: variable → parameter name. */
  readonly parameterNames: Readonly<Record<string, string>>;
  /** Those of them whose values the build sees. */
  readonly buildParameters: readonly string[];
  /** ARNs of the KMS keys that encrypt some of the parameters. */
  readonly parameterKmsKeyArns: readonly string[];
  /** Minutes after which a build is ended. */
  readonly buildTimeoutMinutes: number;
  readonly buildComputeType: ComputeType;
  readonly architecture: Architecture;
  readonly buildCache: (typeof buildCaches)[number];
  readonly baseImages: readonly BaseImage[];
  /** Whether the Compose services of the profile `test` run before a push. */
  readonly runTests: boolean;
  /** The environment whose verified images are released instead of building. @default - images are built */
  readonly promoteFrom?: string | undefined;
  /** Whether the buildspec may write test reports. */
  readonly testReports: boolean;
  readonly logRetentionDays: number;
}

/**
 * Builds, tags and pushes the images of a commit, or copies those that another environment has verified. It sees no
 * secret but those marked for the build, and no database.
 */
export function buildStep(args: BuildStepArgs): BuildProjectArgs {
  const { names, promoteFrom } = args;
  return {
    names,
    project: names.build,
    description:
      promoteFrom === undefined
        ? "Builds the images of a commit and pushes them"
        : `Copies the images of a commit that ${promoteFrom} has verified`,
    buildspec: args.buildspec,
    // A copy goes from repository to repository, past Docker's engine.
    docker: promoteFrom === undefined,
    computeType: args.buildComputeType,
    architecture: args.architecture,
    timeoutMinutes: args.buildTimeoutMinutes,
    logRetentionDays: args.logRetentionDays,
    statements: buildStatements(args),
    environment: {
      ...args.variables,
      ...Object.fromEntries(
        args.application.images.map(({ name }) => [repositoryVariable(name), args.repositories[name] ?? ""]),
      ),
      ECS_ENV_NAME: args.environment,
      ECS_CLUSTER: names.cluster.name,
      ECS_SERVICE: names.service("").name,
      ECS_SERVICES: serviceNames(args).join(" "),
      ...revisionVariables(names, args.releaseRevisions),
      // What a revision of the source is: images are tagged with a commit's beginning, or a version's hash.
      SOURCE_REVISION: args.source.provider === "S3" ? "version" : "commit",
      COMPOSE_FILES: args.composeFiles.join(" "),
      COMPOSE_VARIABLES: Object.keys(args.variables).toSorted().join(" "),
      COMPOSE_PARAMETERS: Object.keys(args.parameterNames).toSorted().join(" "),
      BUILD_CACHE: args.buildCache,
      BASE_IMAGES: args.baseImages.map(({ image, reference }) => `${image}=${reference}`).join(" "),
      RUN_TESTS: String(args.runTests),
      PROMOTE_FROM: promoteFrom ?? "",
      PROMOTE_REPOSITORIES: promotedImages(args)
        .map(({ image, repository }) => `${image}=${repository.name}`)
        .join(" "),
    },
    parameters: Object.fromEntries(
      args.buildParameters.map((variable) => [variable, args.parameterNames[variable] ?? variable]),
    ),
    parameterKmsKeyArns: args.parameterKmsKeyArns,
  };
}

/** The repositories that images are promoted from; none where they are built. */
const promotedImages = ({ names, application, promoteFrom }: BuildStepArgs) =>
  promoteFrom === undefined
    ? []
    : application.images.map(({ name }) => ({ image: name, repository: names.repository(name, promoteFrom) }));

const serviceNames = ({ names, application }: Pick<BuildStepArgs, "names" | "application">): readonly string[] =>
  application.services.map((task) => names.service(task.name).name);

function buildStatements(args: BuildStepArgs): readonly Statement[] {
  const { names } = args;
  return [
    ...baseImageStatements(names.place, args.baseImages),
    ...(args.testReports ? [writeReports(names)] : []),
    { Effect: "Allow", Action: "s3:PutObject", Resource: `${names.artifactBucket.arn}/*` },
    ...useArtifactKey(names, "kms:GenerateDataKey"),
    // Takes no narrower resource.
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    ...imageStatements(args),
    // Does the commit's Compose file still describe what runs?
    { Effect: "Allow", Action: "ecs:DescribeServices", Resource: names.everyService.arn },
    // Takes no narrower resource.
    { Effect: "Allow", Action: "ecs:DescribeTaskDefinition", Resource: "*" },
  ];
}

/** "Pushing an image", ECR user guide; DescribeImages asks whether a commit was built, or verified, already. */
const push = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:CompleteLayerUpload",
  "ecr:DescribeImages",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];

function imageStatements(args: BuildStepArgs): readonly Statement[] {
  const own = args.names.repository("*").arn;
  // A build takes layers of its last one from its own repositories.
  if (args.promoteFrom === undefined) {
    return [{ Effect: "Allow", Action: [...push, "ecr:GetDownloadUrlForLayer"].toSorted(), Resource: own }];
  }
  return [
    { Effect: "Allow", Action: push, Resource: own },
    {
      Effect: "Allow",
      Action: ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"],
      Resource: args.names.repository("*", args.promoteFrom).arn,
    },
  ];
}

/**
 * Groups that a buildspec names are the project's ("Test report permissions"); all but the first action are not public, and
 * the last one is for code coverage.
 */
function writeReports({ buildReports }: Names): Statement {
  return {
    Effect: "Allow",
    Action: [
      "codebuild:CreateReportGroup",
      "codebuild:CreateReport",
      "codebuild:UpdateReport",
      "codebuild:BatchPutTestCases",
      "codebuild:BatchPutCodeCoverages",
    ],
    Resource: buildReports,
  };
}
