import type { Settings } from "../settings.ts";
import { readApplication } from "./application/compose-file.ts";
import { parameterVersions } from "./application/parameter-versions.ts";
import { tellIgnored } from "./application/tell-ignored.ts";
import { balancerEntries } from "./balancer/balancer-entry.ts";
import { requireBaseImages } from "./build/base-images.ts";
import { requireFit } from "./build/require-fit.ts";
import { requireSmokeTest } from "./build/smoke-test.ts";
import { planStores } from "./data/store-plans.ts";
import { withBucket } from "./data/store-settings.ts";
import { requireKmsKeys } from "./kit/kms-keys.ts";
import { namesOf } from "./kit/names.ts";
import { readPlace } from "./kit/place.ts";
import { findNetwork } from "./network/find-network.ts";
import { requirePullable } from "./network/require-pullable.ts";
import { findLayout } from "./network/vpc-layout.ts";
import { newestImage } from "./pipeline/image-source.ts";
import { requireBalancer } from "./service/require-balancer.ts";
import { requireZones } from "./service/require-zones.ts";
import { planServices } from "./service/service-plan.ts";

/**
 * Decides what an environment is to be, after a look at its Compose files and at what is there and runs now: plain data.
 * Nothing is made here; what cannot be made is refused with a Refusal.
 */
export async function planEnvironment(settings: Settings) {
  const { environment, source } = settings;
  const { ipv6 } = settings.balancer;
  const names = namesOf(settings.app, environment, await readPlace(), settings.artifactKmsKeyArn);
  const variables = withBucket(settings.variables, names, settings.bucket);
  const application = readApplication({ ...settings, variables });
  await tellIgnored(application);
  requireBaseImages(names.place, settings.baseImages);
  requireKmsKeys(names.place, settings);
  requirePullable(names.place, settings.network, application);

  const stores = await planStores(names, settings);
  const versions = await parameterVersions({ ...settings.parameters, expected: stores.expected });
  const newest = newestImage(source);
  const services = await planServices({ ...settings, names, application, newest, parameterVersions: versions });
  const entries = balancerEntries(services, settings.healthCheckPath);
  requireBalancer(settings, entries);
  requireSmokeTest(settings, entries.length > 0);
  requireFit({ ...settings, names, variables, application, plans: services });

  const existing = await findNetwork(settings.network.existing, environment, ipv6);
  requireZones(settings, existing, entries);
  const layout = await findLayout(`${names.prefix}-vpc`, { ...settings, existing, ipv6 });
  return { names, variables, application, stores, newest, services, entries, network: { existing, layout } };
}
