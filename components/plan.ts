import * as pulumi from "@pulumi/pulumi";
import type { Application } from "../compose/index.ts";
import type { Settings } from "../settings.ts";
import { composeFileArgs, readStackApplication, requireApplicationDirectory } from "./application/compose-file.ts";
import type { ImageRepositoriesArgs } from "./application/image-repositories.ts";
import type { ParameterStoreArgs } from "./application/parameter-store.ts";
import { parameterVersions } from "./application/parameter-versions.ts";
import { balancerEntries } from "./balancer/balancer-entry.ts";
import type { BalancerPlan } from "./balancer/load-balancer.ts";
import { requireBaseImages } from "./build/base-images.ts";
import type { BuildPlan } from "./build/build-step.ts";
import { readProgram } from "./build/bundle-program.ts";
import type { ReleasePlan } from "./build/release-steps.ts";
import { unusedBuildspec } from "./build/own-buildspec.ts";
import { requireFit } from "./build/require-fit.ts";
import { requireSmokeTest } from "./build/smoke-test.ts";
import { planStores } from "./data/store-plans.ts";
import { withBucket } from "./data/store-settings.ts";
import type { StoresPlan } from "./data/stores.ts";
import { requireKmsKeys } from "./kit/kms-keys.ts";
import { namesOf, type Names } from "./kit/names.ts";
import { readPlace } from "./kit/read-aws.ts";
import { sideBySide } from "./kit/side-by-side.ts";
import { findNetwork } from "./network/find-network.ts";
import type { FlowLogsPlan } from "./network/flow-logs.ts";
import type { NetworkArgs } from "./network/network.ts";
import { requirePullable } from "./network/require-pullable.ts";
import { findLayout } from "./network/vpc-layout.ts";
import { newestImage } from "./pipeline/image-source.ts";
import { carriesCode } from "./pipeline/source.ts";
import type { ClusterPlan } from "./service/ecs-cluster.ts";
import { requireBalancer } from "./service/require-balancer.ts";
import { requireZones } from "./service/require-zones.ts";
import { planServices, type ServicePlan } from "./service/service-plan.ts";
import type { WatchingPlan } from "./watching/notifications.ts";

/**
 * What an environment will be, with one part for each component. Plain data; only the values of secrets are Outputs.
 */
export interface EnvironmentPlan {
  readonly names: Names;
  readonly network: NetworkArgs;
  readonly flowLogs: FlowLogsPlan;
  readonly stores: StoresPlan;
  readonly parameters: ParameterStoreArgs;
  readonly images: ImageRepositoriesArgs;
  readonly cluster: ClusterPlan;
  readonly balancer: BalancerPlan;
  readonly services: readonly ServicePlan[];
  readonly build: BuildPlan;
  readonly release: ReleasePlan;
  readonly watching: WatchingPlan;
}

/**
 * Decides what an environment will be, after reading its Compose files and what exists and runs now. It creates
 * nothing, and throws a Refusal if something cannot be created.
 */
export async function planEnvironment(settings: Settings): Promise<EnvironmentPlan> {
  const { app, architecture, composeFiles, environment, logRetentionDays, parameters, protect, source } = settings;
  const { executeCommand, containerInsights, policy } = settings.services;
  const { bucket } = settings.stores;
  const { names: parameterNames, kmsKeyArns: parameterKmsKeyArns } = parameters;
  requireApplicationDirectory(settings);

  const names = namesOf(app, environment, await readPlace(), settings.artifactKmsKeyArn);
  const variables = withBucket(settings.variables, names, bucket);
  const application = readStackApplication(composeFileArgs(settings, variables));
  await tellIgnored(application);
  await tellNotes(settings.notes);
  await tellUnusedBuildspec(settings);
  requireBaseImages(names.place, settings.build.baseImages);
  requireKmsKeys(names.place, { artifactKmsKeyArn: settings.artifactKmsKeyArn, parameterKmsKeyArns });
  requirePullable(names.place, settings.network, application);

  // All that takes a moment is asked for at once.
  const planned = planStores(names, settings.stores);
  const { path, existing, configured } = parameters;
  const versions = planned.then(({ expected }) => parameterVersions({ path, existing, configured, expected }));
  const newest = newestImage(source);
  const known = { names, application, parameterNames, parameterVersions: versions, architecture, newest };
  const [servers, services, network, program] = await sideBySide(
    planned,
    planServices({ ...known, settings: settings.services }),
    readNetwork(settings, names),
    readProgram(),
  );
  const entries = balancerEntries(services, settings.balancer.healthCheckPath);
  requireBalancer({ environment, balancer: settings.balancer, scaling: settings.services.scaling }, entries);
  requireSmokeTest({ environment, smokeTest: settings.release.smokeTest, source }, entries.length > 0);

  const kept = { names, logRetentionDays, protect };
  const build: BuildPlan = {
    names,
    environment,
    source,
    application,
    program,
    directory: settings.repositoryDirectory,
    composeFiles,
    variables,
    parameterNames,
    parameterKmsKeyArns,
    architecture,
    settings: settings.build,
    logRetentionDays,
  };
  const release = { names, source, application, services, program, settings: settings.release, logRetentionDays };
  requireFit({ build, release, bucket, executeCommand, policy });
  requireZones({ environment, balancer: settings.balancer, stores: settings.stores }, network.existing, entries);

  return {
    names,
    network,
    flowLogs: { ...kept, flowLogs: settings.network.flowLogs },
    stores: { names, servers, bucket, protect },
    parameters: { path, settings: parameters.settings, secrets: parameters.secrets, existing, protect },
    images: {
      names,
      images: application.images.map(({ name }) => name),
      newest,
      untaggedImageDays: settings.untaggedImageDays,
      protect,
    },
    cluster: { ...kept, application, parameterKmsKeyArns, architecture, executeCommand, policy, containerInsights },
    balancer: { ...kept, settings: settings.balancer, entries },
    services,
    build,
    release,
    watching: { names, services, settings: settings.watching, logRetentionDays },
  };
}

/** The network, after a look at the VPC that is given or that an earlier `up` created. */
async function readNetwork({ environment, network, balancer, services }: Settings, names: Names): Promise<NetworkArgs> {
  const { ipv6 } = balancer;
  const existing = await findNetwork(network.existing, environment, ipv6);
  const layout = await findLayout(`${names.prefix}-vpc`, { environment, network, existing, ipv6 });
  const { vpcCidr, natGateways, vpcEndpoints } = network;
  const { executeCommand } = services;
  return { vpcCidr, natGateways, vpcEndpoints, region: names.place.region, ipv6, layout, executeCommand, existing };
}

/** Warns if a team's own buildspec is there and the build runs another one. */
async function tellUnusedBuildspec(settings: Settings): Promise<void> {
  const { applicationDirectory, build, repositoryDirectory, source } = settings;
  if (build.buildspec !== undefined || !carriesCode(source)) return;
  const warning = unusedBuildspec(applicationDirectory, repositoryDirectory);
  if (warning !== undefined) await pulumi.log.warn(warning);
}

/** Logs each key of the Compose file that changes nothing on ECS, once, and warns of what is probably a mistake. */
export async function tellIgnored({ ignored, notes }: Pick<Application, "ignored" | "notes">): Promise<void> {
  for (const { key, reason, at } of ignored)
    await pulumi.log.info(`${at.file}:${at.line}:${at.column}: ${key} is ignored: ${reason}`);
  for (const { message, at } of notes) await pulumi.log.warn(`${at.file}:${at.line}:${at.column}: ${message}`);
}

/** Warns of what is configured and read by nothing, once for each. */
async function tellNotes(notes: readonly string[]): Promise<void> {
  for (const note of notes) await pulumi.log.warn(note);
}
