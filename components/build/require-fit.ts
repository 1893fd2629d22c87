import { buildStep, type BuildPlan } from "./build-step.ts";
import { projectStatements, type Step } from "./build-project.ts";
import { executionStatements, taskStatements } from "../service/container-roles.ts";
import { useFiles, type FilesBucketSettings } from "../data/files-bucket.ts";
import type { PolicyStatement } from "../../compose/index.ts";
import { Refusal } from "../kit/refusal.ts";
import { verifyStep, type ReleasePlan } from "./release-steps.ts";
import { policyDocument, type Statement } from "../kit/statement.ts";

export interface FitArgs {
  readonly build: BuildPlan;
  readonly release: ReleasePlan;
  readonly bucket: FilesBucketSettings | undefined;
  readonly executeCommand: boolean;
  /** What the containers may do beyond the policies of the Compose file. */
  readonly policy: readonly PolicyStatement[];
}

/** Maximum number of characters of all inline policies of a role (IAM user guide, "IAM and AWS STS quotas"). */
const policyLimit = 10_240;

/** Maximum number of characters of a variable in CodeBuild (an error message of StartBuild; seen on AWS: wolfeidau/buildkite-serverless-agent#35). */
const variableLimit = 4096;

/**
 * Refuses an environment whose roles or builds would exceed AWS's limits, before anything is created. It checks what
 * has no other limit: parameters, base images, images and the application's policy. A value that is known only when a
 * resource exists is counted with its maximum length.
 */
export function requireFit(args: FitArgs): void {
  const { bucket, executeCommand, policy, release } = args;
  const { environment, names, application, composeFiles, parameterNames, parameterKmsKeyArns } = args.build;
  const stackFile = `Pulumi.${environment}.yaml`;
  const composed = composeFiles.join(", ");
  const build = buildStep(args.build, { repositories: {}, releaseRevisions: {} });
  const fileSystemArn = `arn:${names.place.partition}:elasticfilesystem:${names.place.region}:${names.place.accountId}:file-system/fs-0123456789abcdef0`;
  const storeStatements = bucket === undefined ? [] : useFiles(names, bucket);
  const problems = [
    policyProblem(
      projectStatements(build.projectName, build),
      `${stackFile}: buildParameters, baseImages: the role of the build`,
      "let the build read fewer parameters, or name fewer private base images",
    ),
    policyProblem(
      executionStatements({ names, application, parameterNames, parameterKmsKeyArns }),
      `${stackFile}: parameters: the role that starts the containers`,
      "let containers read fewer parameters (a value that is not secret can be in variables), or give them shorter names",
    ),
    policyProblem(
      taskStatements({ application, executeCommand, fileSystemArn, storeStatements, policy }),
      `${composed}: "policy" of "x-ecs"${policy.length > 0 ? ", and deliver({ policy })" : ""}: the role of the containers`,
      "write patterns instead of lists of resources",
    ),
    ...[build, migrating(release), verifying(release)].flatMap((step) =>
      variableProblems(step, args.build, { stackFile, composed }),
    ),
  ];
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length > 0) throw new Refusal([...new Set(found)].join("\n"));
}

function policyProblem(statements: readonly Statement[], role: string, remedy: string): string | undefined {
  // IAM does not count whitespace (the same page).
  const size = JSON.stringify(policyDocument(statements)).replace(/\s/g, "").length;
  if (size <= policyLimit) return undefined;
  return `${role} would have a policy of ${count(size)} characters, but IAM allows ${count(policyLimit)}; ${remedy}`;
}

/** The part of a step that is checked. */
type Variables = Pick<Step, "projectName" | "environment">;

/** The step Migrate after many `up`s: only its variable with the revisions of the release services grows. A build has the same variable. */
const migrating = ({ names, application: { release } }: ReleasePlan): Variables => ({
  projectName: names.migrate.name,
  environment: { RELEASE_REVISIONS: release.map(({ name }) => `${name}:99999`).join(" ") },
});

/** The step Verify after many `up`s. */
function verifying(release: ReleasePlan): Variables {
  const { projectName, environment } = verifyStep(release, { services: [] });
  const revisions = release.services.map(({ service }) => `${service.family}:99999`);
  return { projectName, environment: { ...environment, SERVICE_REVISIONS: revisions.join(" ") } };
}

/** The key of the stack that a variable comes from; every other variable comes from the Compose files. */
const keys: Readonly<Record<string, string>> = {
  BASE_IMAGES: "baseImages",
  COMPOSE_FILES: "composeFiles",
  COMPOSE_PARAMETERS: "parameters",
  COMPOSE_VARIABLES: "variables",
  SMOKE_TEST_ANSWER: "smokeTestAnswer",
  SMOKE_TEST_URL: "smokeTestUrl",
};

function variableProblems(
  { projectName, environment = {} }: Variables,
  { variables }: Pick<BuildPlan, "variables">,
  { stackFile, composed }: { readonly stackFile: string; readonly composed: string },
): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (typeof value !== "string" || value.length <= variableLimit) return [];
    const what = `${projectName} would get ${count(value.length)} characters in ${name}, but CodeBuild allows ${count(variableLimit)} in a variable`;
    if (variables[name] === value)
      return [`${stackFile}: variables: ${what}; put the value into a file of the repository`];
    const key = keys[name];
    if (name === "RELEASE_REVISIONS")
      return [`${composed}: ${what}; let one release service do what several do, or give them shorter names`];
    if (key !== undefined) return [`${stackFile}: ${key}: ${what}; set fewer or shorter ones`];
    return [
      `${composed}: ${what}; build fewer images (services can share one "image"), or give images and services shorter names`,
    ];
  });
}

const count = (characters: number): string => characters.toLocaleString("en");
