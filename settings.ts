import type { Architecture } from "./components/kit/architecture.ts";
import { computeTypes } from "./components/build/build-project.ts";
import { buildCaches } from "./components/build/build-step.ts";
import { deploymentAlarms } from "./settings/alarms.ts";
import { balancer } from "./settings/balancer.ts";
import type { ContainerInsights } from "./components/service/ecs-cluster.ts";
import { between, flag, oneOf, optional, pairs, text, word } from "./settings/keys.ts";
import { aKmsKeyArn, kmsKeyArn, kmsKeyArns } from "./settings/kms-keys.ts";
import { network } from "./settings/network.ts";
import { ownNames } from "./settings/own-names.ts";
import { namedParameters } from "./settings/parameters.ts";
import { promoteFrom } from "./settings/promotion.ts";
import { scaling, schedule } from "./settings/scaling.ts";
import { source } from "./settings/source.ts";
import { stores } from "./settings/stores.ts";
import { baseImages, composeFiles, deploymentWindow, emails, smokeTestAnswer, taskSize } from "./settings/values.ts";

/** Every setting of one environment, typed and checked; Pulumi.yaml describes each key. Nothing but settings/ reads configuration. */
export function readSettings() {
  const { app, environment } = ownNames();
  const { urls, ...kept } = stores();
  const parameters = namedParameters(`/${app}/${environment}`, urls);
  return {
    environment,
    app,
    composeFiles: composeFiles(environment),
    source: source(),
    buildspec: text("buildspec"),
    buildTimeoutMinutes: between("buildTimeoutMinutes", 5, 480),
    buildComputeType: word("buildComputeType", computeTypes),
    architecture: word<Architecture>("architecture", ["x86_64", "arm64"]),
    buildCache: word("buildCache", buildCaches),
    baseImages: baseImages(),
    runTests: flag("runTests"),
    promoteFrom: promoteFrom(environment),
    testReports: flag("testReports"),
    releaseTimeoutMinutes: between("releaseTimeoutMinutes", 1, 60),
    pollSeconds: between("pollSeconds", 1, 60),
    approval: flag("approval"),
    // A manual approval takes 5 minutes to 60 days (CodePipeline, "Quotas").
    approvalTimeoutMinutes: between("approvalTimeoutMinutes", 5, 86_400),
    deploymentWindow: deploymentWindow(),
    notificationEmails: emails("notificationEmails"),
    protect: flag("protect"),
    deployParameterChanges: flag("deployParameterChanges"),
    executeCommand: flag("executeCommand"),
    scaling: scaling(),
    schedule: schedule(),
    deploymentAlarms: deploymentAlarms(),
    size: taskSize(),
    smokeTestUrl: optional("smokeTestUrl", /^(\/\S*|https?:\/\/\S+)$/, "a path that begins with /, or a URL"),
    smokeTestAnswer: smokeTestAnswer(),
    healthCheckPath: optional("healthCheckPath", /^\/\S*$/, "a path that begins with /"),
    artifactKmsKeyArn: optional("artifactKmsKeyArn", kmsKeyArn, aKmsKeyArn),
    parameterKmsKeyArns: kmsKeyArns("parameterKmsKeyArns"),
    untaggedImageDays: between("untaggedImageDays", 1, 365),
    dashboard: flag("dashboard"),
    containerInsights: word<ContainerInsights>("containerInsights", ["account", "disabled", "enabled", "enhanced"]),
    logRetentionDays: oneOf("logRetentionDays", logRetention),
    network: network(),
    balancer: balancer(),
    variables: pairs("variables"),
    ...kept,
    ...parameters,
  };
}

export type Settings = ReturnType<typeof readSettings>;

/** Days CloudWatch Logs keeps events (PutRetentionPolicy). */
const logRetention = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
