import { deliveredAdditions } from "./settings/delivered.ts";
import type { Architecture } from "./components/kit/architecture.ts";
import { computeTypes } from "./components/build/build-project.ts";
import { buildCaches } from "./components/build/build-step.ts";
import { addedPolicy, plainVariables, type Additions } from "./settings/additions.ts";
import { applicationDirectory, repositoryDirectory } from "./settings/directories.ts";
import { unknownKeys } from "./settings/other-keys.ts";
import { deploymentAlarms, scaling, schedule } from "./settings/services.ts";
import { balancer } from "./settings/balancer.ts";
import type { ContainerInsights } from "./components/service/ecs-cluster.ts";
import { between, flag, oneOf, optional, textOrEmpty, word, aKmsKeyArn, kmsKeyArn } from "./settings/keys.ts";
import { network } from "./settings/network.ts";
import { ownNames } from "./settings/own-names.ts";
import { namedParameters } from "./settings/parameters.ts";
import { promoteFrom } from "./settings/promotion.ts";
import { source } from "./settings/source.ts";
import { stores as readStores } from "./settings/stores.ts";
import {
  approval,
  baseImages,
  composeFiles,
  deploymentWindow,
  emails,
  smokeTest,
  taskSize,
} from "./settings/values.ts";

/**
 * Every setting of one environment, typed and checked, grouped by the component that reads it; settings/table.ts
 * describes each key. Only settings/ reads the configuration. `additions` are those of the team's own program.
 */
export function readSettings(additions: Additions = deliveredAdditions()) {
  const notes = unknownKeys(additions.otherKeys);
  const { app, environment } = ownNames();
  const variables = plainVariables(additions.variables);
  const { stores, urls } = readStores(variables);
  const { parameters, buildParameters } = namedParameters(`/${app}/${environment}`, urls, variables);
  return {
    app,
    environment,
    /** What `up` reports as a warning. */
    notes,
    /** The application's folder, relative to the program's: Compose files are read there. */
    applicationDirectory: applicationDirectory(),
    /** The application's folder in the repository: a build works there. */
    repositoryDirectory: repositoryDirectory(),
    composeFiles: composeFiles(environment),
    variables,
    parameters,
    source: source(),
    /** The processor of the build and of every task. */
    architecture: word<Architecture>("architecture", ["x86_64", "arm64"]),
    build: {
      /** Path of the buildspec in the repository; undefined for the program's own. */
      buildspec: textOrEmpty("buildspec") || undefined,
      timeoutMinutes: between("buildTimeoutMinutes", 5, 480),
      computeType: word("buildComputeType", computeTypes),
      cache: word("buildCache", buildCaches),
      baseImages: baseImages(),
      runTests: flag("runTests"),
      promoteFrom: promoteFrom(environment),
      testReports: flag("testReports"),
      parameters: buildParameters,
    },
    release: {
      taskTimeoutMinutes: between("releaseTimeoutMinutes", 1, 60),
      pollSeconds: between("pollSeconds", 1, 60),
      approval: approval(),
      deploymentWindow: deploymentWindow(),
      smokeTest: smokeTest(),
    },
    network: network(),
    balancer: balancer(),
    stores,
    services: {
      deployParameterChanges: flag("deployParameterChanges"),
      executeCommand: flag("executeCommand"),
      scaling: scaling(),
      schedule: schedule(),
      deploymentAlarms: deploymentAlarms(),
      /** What containers may do beyond the policies of the Compose files. */
      policy: addedPolicy(additions.policy),
      size: taskSize(),
      containerInsights: word<ContainerInsights>("containerInsights", ["account", "disabled", "enabled", "enhanced"]),
    },
    watching: { emails: emails("notificationEmails"), dashboard: flag("dashboard") },
    protect: flag("protect"),
    logRetentionDays: oneOf("logRetentionDays", logRetention),
    untaggedImageDays: between("untaggedImageDays", 1, 365),
    artifactKmsKeyArn: optional("artifactKmsKeyArn", kmsKeyArn, aKmsKeyArn),
  };
}

export type Settings = ReturnType<typeof readSettings>;

/** Days for which CloudWatch Logs can keep events (PutRetentionPolicy). */
const logRetention = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
