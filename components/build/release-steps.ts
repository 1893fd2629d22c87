import * as pulumi from "@pulumi/pulumi";
import type { Application } from "../../compose/index.ts";
import type { ApprovalSettings } from "../pipeline/approve-stage.ts";
import type { DeploymentWindow } from "../pipeline/deployment-window.ts";
import type { SourceSettings } from "../pipeline/source.ts";
import type { Step } from "./build-project.ts";
import { getProgram, programVariables } from "./build-program.ts";
import type { Program } from "./bundle-program.ts";
import type { Names } from "../kit/names.ts";
import { revisionVariables, type ReleaseRevisions } from "../service/release-task-definitions.ts";
import { builds, type ServicePlan } from "../service/service-plan.ts";
import { smokeTestOf, type SmokeTestSettings } from "./smoke-test.ts";
import { stepBuildspec } from "./step-buildspec.ts";
import { migrateStatements, verifyStatements } from "./release-statements.ts";
import type { Statement } from "../kit/statement.ts";

/** The settings of a stack about its releases. */
export interface ReleaseSettings {
  /** Minutes that a release task may take. */
  readonly taskTimeoutMinutes: number;
  /** Seconds between two looks at ECS. */
  readonly pollSeconds: number;
  /** When a run may enter the stage Release. @default - always */
  readonly deploymentWindow: DeploymentWindow | undefined;
  /** The manual approval before a release. @default - a release needs none */
  readonly approval: ApprovalSettings | undefined;
  /** What the application must answer when it is released. @default - there is no smoke test */
  readonly smokeTest: SmokeTestSettings | undefined;
}

/** What is known about a release before anything is created. Plain data. */
export interface ReleasePlan {
  readonly names: Names;
  readonly source: Pick<SourceSettings, "provider">;
  readonly application: Pick<Application, "images" | "release">;
  readonly services: readonly ServicePlan[];
  /** What the steps run. */
  readonly program: Program;
  readonly settings: ReleaseSettings;
  readonly logRetentionDays: number;
}

/** The values that a migration needs of resources that `up` creates; an EcsCluster has both. */
export interface MigrationTargets {
  /** ARN of the revision that `up` has created for each release service, by its name; the revision of each task is based on it. */
  readonly releaseRevisions: ReleaseRevisions;
  /** ECS's NetworkConfiguration of the tasks, in JSON. */
  readonly networkConfiguration: pulumi.Input<string>;
}

/**
 * The step that runs the release tasks from the new images, before anything is deployed; an exit code other than 0 ends
 * the release. Empty if the Compose file has no release tasks.
 */
export function migrateStep(plan: ReleasePlan, targets: MigrationTargets): readonly Step[] {
  const { names, application, settings } = plan;
  const { release } = application;
  if (release.length === 0) return [];
  const step = {
    ...common(plan, "migrate", migrateStatements(names)),
    description: "Runs the release tasks before a deployment",
    // The program stops before this limit, and prints the reason.
    timeoutMinutes: release.length * settings.taskTimeoutMinutes + 5,
    environment: {
      ...environment(plan),
      ...revisionVariables(names, targets.releaseRevisions),
      ECS_SERVICE: names.service("").name,
      TIMEOUT_MINUTES: String(settings.taskTimeoutMinutes),
      NETWORK_CONFIGURATION: targets.networkConfiguration,
    },
  };
  return [step];
}

/** The values that a verification needs of resources that `up` creates. */
export interface VerificationTargets {
  /** ARN of the revision that `up` has created of each service's template; EcsServices have it. */
  readonly services: readonly { readonly revisionArn: pulumi.Input<string> }[];
  /** Address of the load balancer, of which a smoke test asks for a path. @default - there is none */
  readonly url?: pulumi.Output<string> | undefined;
}

/**
 * The step that follows the deployments while the ECS actions run, and ends the run if ECS ends one; then it checks that
 * what runs is what was released, and marks its images as verified. At the first release it starts the tasks and lets
 * the services scale.
 */
export function verifyStep(plan: ReleasePlan, { services, url }: VerificationTargets): Step {
  const { names, application, settings } = plan;
  const minutes = Math.max(...plan.services.map(({ deploymentTimeoutMinutes }) => deploymentTimeoutMinutes));
  const smokeTest = smokeTestOf(settings.smokeTest, url);
  return {
    ...common(plan, "verify", verifyStatements(plan)),
    description: "Follows the deployments, and checks that what runs is what was released",
    // The program stops before this limit, and prints the reason; rolling services back may take as long as the
    // deployment.
    timeoutMinutes: 2 * minutes + 5,
    environment: {
      ...environment(plan),
      PIPELINE: names.pipeline.name,
      SERVICES: JSON.stringify(plan.services.map(released)),
      SERVICE_REVISIONS: pulumi
        .all(services.map(({ revisionArn }) => revisionArn))
        .apply((arns) => arns.map((arn) => arn.slice(arn.lastIndexOf("/") + 1)).join(" ")),
      TIMEOUT_MINUTES: String(minutes),
      SMOKE_TEST_URL: smokeTest?.url ?? "",
      SMOKE_TEST_ANSWER: smokeTest?.answer ?? "",
      IMAGE_REPOSITORIES: application.images.map(({ name }) => names.repository(name).name).join(" "),
    },
  };
}

/** What the step Verify knows about a service. */
const released = (plan: ServicePlan) => ({
  service: plan.service.name,
  action: builds(plan) ? plan.service.deployAction : null,
  imageDefinitions: plan.service.imageDefinitions,
  desiredCount: plan.scaling.desiredCount,
  maximumCount: plan.scaling.maximumCount,
  ...(plan.sleeps === true && { sleeps: true }),
});

function common(plan: ReleasePlan, step: "migrate" | "verify", statements: readonly Statement[]) {
  const { names, logRetentionDays } = plan;
  return {
    place: names.place,
    artifactBucket: names.artifactBucket,
    projectName: names[step].name,
    buildspec: stepBuildspec(step),
    logRetentionDays,
    statements: [getProgram(names), ...statements],
  };
}

function environment(plan: ReleasePlan): Record<string, string> {
  const { names, settings } = plan;
  return {
    ...programVariables(plan),
    ECS_CLUSTER: names.cluster.name,
    LOG_GROUP: names.logGroup.name,
    POLL_SECONDS: String(settings.pollSeconds),
  };
}
