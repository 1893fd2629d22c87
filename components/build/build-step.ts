import type * as pulumi from "@pulumi/pulumi";
import { repositoryVariable, type Application } from "../../compose/index.ts";
import type { Architecture } from "../kit/architecture.ts";
import { baseImageStatements, type BaseImage } from "./base-images.ts";
import type { ComputeType, Step } from "./build-project.ts";
import { getProgram, programVariables } from "./build-program.ts";
import { ownBuildspec } from "./own-buildspec.ts";
import type { Program } from "./bundle-program.ts";
import { imagesStep } from "./images-step.ts";
import { decryptParameters } from "../kit/kms-keys.ts";
import type { Names } from "../kit/names.ts";
import { revisionVariables, type ReleaseRevisions } from "../service/release-task-definitions.ts";
import { useArtifactKey, type Statement } from "../kit/statement.ts";
import { carriesCode, type SourceSettings } from "../pipeline/source.ts";

/**
 * Where image layers are cached between builds: in the image `latest`, in the tag `cache` of its repository, or
 * nowhere.
 */
export const buildCaches = ["inline", "registry", "none"] as const;

/** The settings of a stack about its builds. */
export interface BuildSettings {
  /** Path of the buildspec in the source. @default - the buildspec of this program, inline in the project */
  readonly buildspec: string | undefined;
  /** Minutes after which a build is stopped. */
  readonly timeoutMinutes: number;
  readonly computeType: ComputeType;
  readonly cache: (typeof buildCaches)[number];
  readonly baseImages: readonly BaseImage[];
  /** Whether the Compose services of the profile `test` run before a push. */
  readonly runTests: boolean;
  /** The environment whose verified images are released instead of building. @default - images are built */
  readonly promoteFrom: string | undefined;
  /** Whether the buildspec may write test reports. */
  readonly testReports: boolean;
  /** Compose variables that are parameters and whose values the build sees. */
  readonly parameters: readonly string[];
}

/** What is known about a build before anything is created. Plain data. */
export interface BuildPlan {
  readonly names: Names;
  readonly environment: string;
  readonly source: Pick<SourceSettings, "provider">;
  readonly application: Application;
  /** What the build runs to decide. */
  readonly program: Program;
  /** The folder of the source in which a build works; empty for the whole source. */
  readonly directory: string;
  /** Paths of the environment's Compose files in that folder. */
  readonly composeFiles: readonly string[];
  /** Plain Compose variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** Compose variables that are parameters: variable → parameter name. */
  readonly parameterNames: Readonly<Record<string, string>>;
  /** ARNs of the KMS keys that encrypt some of the parameters. */
  readonly parameterKmsKeyArns: readonly string[];
  readonly architecture: Architecture;
  readonly settings: BuildSettings;
  readonly logRetentionDays: number;
}

/** The values that a build needs of resources that `up` creates. */
export interface BuildTargets {
  /** Repository URI of each image the pipeline builds. */
  readonly repositories: Readonly<Record<string, pulumi.Input<string>>>;
  /** ARN of the revision that `up` has created for each release service, by its name. */
  readonly releaseRevisions: ReleaseRevisions;
}

/** The step that provides the images: it builds them from the commit, or says which ready-made images are released. */
export const buildStep = (plan: BuildPlan, targets: BuildTargets): Step =>
  carriesCode(plan.source) ? codeStep(plan, targets) : imagesStep(plan);

/**
 * Builds, tags and pushes the images of a commit, or copies those that another environment has verified. It sees no
 * secrets except those in buildParameters, and no database.
 */
function codeStep(plan: BuildPlan, { repositories, releaseRevisions }: BuildTargets): Step {
  const { names, application, settings, variables } = plan;
  const { promoteFrom } = settings;
  return {
    place: names.place,
    artifactBucket: names.artifactBucket,
    projectName: names.build.name,
    description:
      promoteFrom === undefined
        ? "Builds the images of a commit and pushes them"
        : `Copies the images of a commit that ${promoteFrom} has verified`,
    buildspec: settings.buildspec ?? ownBuildspec(),
    // A copy goes from repository to repository and needs no Docker engine.
    docker: promoteFrom === undefined,
    computeType: settings.computeType,
    architecture: plan.architecture,
    timeoutMinutes: settings.timeoutMinutes,
    logRetentionDays: plan.logRetentionDays,
    statements: buildStatements(plan),
    environment: {
      ...variables,
      ...Object.fromEntries(application.images.map(({ name }) => [repositoryVariable(name), repositories[name] ?? ""])),
      ECS_ENV_NAME: plan.environment,
      ECS_CLUSTER: names.cluster.name,
      ECS_SERVICE: names.service("").name,
      ECS_SERVICES: application.services.map((task) => names.service(task.name).name).join(" "),
      ...revisionVariables(names, releaseRevisions),
      ...programVariables(plan),
      SOURCE_DIRECTORY: plan.directory,
      // The kind of revision of the source: images are tagged with the beginning of a commit, or with the hash of a
      // version.
      SOURCE_REVISION: plan.source.provider === "S3" ? "version" : "commit",
      COMPOSE_FILES: plan.composeFiles.join(" "),
      COMPOSE_VARIABLES: Object.keys(variables).toSorted().join(" "),
      COMPOSE_PARAMETERS: Object.keys(plan.parameterNames).toSorted().join(" "),
      BUILD_CACHE: settings.cache,
      BASE_IMAGES: settings.baseImages.map(({ image, reference }) => `${image}=${reference}`).join(" "),
      RUN_TESTS: String(settings.runTests),
      PROMOTE_FROM: promoteFrom ?? "",
      PROMOTE_REPOSITORIES: promotedImages(plan)
        .map(({ image, repository }) => `${image}=${repository.name}`)
        .join(" "),
    },
    parameters: buildParameters(plan),
  };
}

const buildParameters = ({ settings, parameterNames }: BuildPlan): Readonly<Record<string, string>> =>
  Object.fromEntries(settings.parameters.map((variable) => [variable, parameterNames[variable] ?? variable]));

/** The repositories that images are promoted from; empty if images are built. */
const promotedImages = ({ names, application, settings: { promoteFrom } }: BuildPlan) =>
  promoteFrom === undefined
    ? []
    : application.images.map(({ name }) => ({ image: name, repository: names.repository(name, promoteFrom) }));

function buildStatements(plan: BuildPlan): readonly Statement[] {
  const { names, settings } = plan;
  return [
    ...decryptParameters(names, plan.parameterKmsKeyArns, Object.values(buildParameters(plan))),
    ...baseImageStatements(names.place, settings.baseImages),
    getProgram(names),
    ...(settings.testReports ? [writeReports(names)] : []),
    { Effect: "Allow", Action: "s3:PutObject", Resource: `${names.artifactBucket.arn}/*` },
    ...useArtifactKey(names, "kms:GenerateDataKey"),
    // Takes no narrower resource.
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    ...imageStatements(plan),
    // For the check that the commit's Compose file still describes what runs.
    { Effect: "Allow", Action: "ecs:DescribeServices", Resource: names.everyService.arn },
    // Takes no narrower resource.
    { Effect: "Allow", Action: "ecs:DescribeTaskDefinition", Resource: "*" },
  ];
}

/** "Pushing an image", ECR user guide; DescribeImages says whether a commit has already been built or verified. */
const push = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:CompleteLayerUpload",
  "ecr:DescribeImages",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];

function imageStatements({ names, settings: { promoteFrom } }: BuildPlan): readonly Statement[] {
  const own = names.repository("*").arn;
  // A build takes cached layers from its own repositories.
  if (promoteFrom === undefined) {
    return [{ Effect: "Allow", Action: [...push, "ecr:GetDownloadUrlForLayer"].toSorted(), Resource: own }];
  }
  return [
    { Effect: "Allow", Action: push, Resource: own },
    {
      Effect: "Allow",
      Action: ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:GetDownloadUrlForLayer"],
      Resource: names.repository("*", promoteFrom).arn,
    },
  ];
}

/**
 * The names of report groups in a buildspec begin with the project's name ("Test report permissions"); all actions but
 * the first are not public, and the last one is for code coverage.
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
