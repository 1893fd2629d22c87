import {
  BuildProject,
  EcsCluster,
  EcsService,
  ImageRepositories,
  Network,
  ParameterStore,
  Pipeline,
  approveStage,
  buildStage,
  buildStep,
  carriesCode,
  flowLogsFor,
  dashboardFor,
  imagesStage,
  imagesStep,
  loadBalancerFor,
  migrateStep,
  migrates,
  notificationsFor,
  planEnvironment,
  releaseStage,
  smokeTest,
  sourceStage,
  storesFor,
  verifyStep,
  watchStep,
  withUrls,
} from "./components/index.ts";
import { readSettings } from "./settings.ts";

// What the environment is to be, and what runs in it now: plain data; every mistake is refused here.
const settings = readSettings();
const { protect } = settings;
const plan = await planEnvironment(settings);
const { names, variables, application, newest, services: plans, entries } = plan;

// The ECS services, and what they need around them.
const network = new Network(names.prefix, {
  ...{ ...settings.network, ...plan.network },
  ...{ ipv6: settings.balancer.ipv6, region: names.place.region, executeCommand: settings.executeCommand },
});
flowLogsFor(names.prefix, { ...settings, ...settings.network, names, network });
const stores = storesFor(names.prefix, { ...settings, names, network, plans: plan.stores });
const parameters = new ParameterStore(names.prefix, { ...withUrls(settings.parameters, stores), protect });
const builtImages = application.images.map(({ name }) => name);
const images = new ImageRepositories(names.prefix, { ...settings, names, newest, images: builtImages });
const repositories = images.uris;
const around = { network, parameters, repositories, stores };
const cluster = new EcsCluster(names.prefix, { ...settings, ...around, names, application });
const { releaseRevisions, securityGroupId: tasksSecurityGroupId } = cluster;
const balancer = loadBalancerFor(names.prefix, { ...settings, names, network, entries, tasksSecurityGroupId });
const ecs = { names, cluster, network, repositories, balancer };
const services = plans.map((one) => new EcsService(one.service.name, { ...settings, ...one, ...ecs }));
const url = balancer?.url;

// The steps between a push and the running services: source → build (or ready-made images) → migrate → deploy and watch → verify.
const source = sourceStage(names, settings.source, builtImages);
const builds = carriesCode(settings.source);
const build = builds
  ? buildStep({ ...settings, names, application, repositories, releaseRevisions, variables })
  : imagesStep({ ...settings, ...source, names, application });
const { networkConfiguration } = cluster;
const migrate = migrateStep({ ...settings, ...application, names, releaseRevisions, networkConfiguration });
const watch = watchStep({ ...settings, names, services: plans });
const verify = verifyStep({ ...settings, names, application, services: plans, smokeTest: smokeTest(settings, url) });
const steps = [build, ...(migrates(application) ? [migrate] : []), watch, verify];
const projects = steps.map((step) => new BuildProject(step.project.name, step));

// Who is told what became of a release, and what people look at.
const { notificationEmails: emails, logRetentionDays } = settings;
const alarms = plans.flatMap((one) => one.alarms ?? []);
const notifications = notificationsFor(names.prefix, {
  names,
  emails,
  projects: steps.map(({ project }) => project),
  alarms,
  logRetentionDays,
});
dashboardFor(names.prefix, { ...settings, names, plans, balancerSuffix: balancer?.arnSuffix, steps });

// The pipeline comes last: making it starts its first run.
const pipeline = new Pipeline(names.prefix, {
  names,
  protect,
  source,
  stages: [
    builds ? buildStage(names) : imagesStage(names, source.artifacts),
    ...(settings.approval ? [approveStage({ ...settings, ...source, topicArn: notifications?.topicArn })] : []),
    releaseStage({ ...settings, names, services: plans, migrates: migrates(application) }),
  ],
  after: [...services, ...projects, ...(notifications ? [notifications] : [])],
});

export { url, repositories };
export const clusterName = names.cluster.name;
export const serviceNames = services.map((service) => service.serviceName);
export const { pipelineName } = pipeline;
export const { region, accountId } = names.place;
export const { parameterPath, rollbackHold, verbLock } = names;
export const logGroup = names.logGroup.name;
export const releaseFamilies = application.release.map(({ name }) => names.releaseFamily(name));
export const templates = Object.fromEntries(plans.map(({ service, template }) => [service.name, template.hash]));
export const madeRevisions = Object.fromEntries([
  ...services.map(({ family, revisionArn }) => [family, revisionArn] as const),
  ...Object.entries(releaseRevisions).map(([name, arn]) => [names.releaseFamily(name), arn] as const),
]);
export const deploymentAlarms = alarms;
export const taskCounts = Object.fromEntries(
  plans.map(({ service, scaling }) => [service.name, { least: scaling.desiredCount, most: scaling.maximumCount }]),
);
