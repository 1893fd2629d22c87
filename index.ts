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
  migrateStep,
  migrates,
  namesOf,
  notificationsFor,
  planServices,
  readApplication,
  readPlace,
  releaseStage,
  requireBaseImages,
  requireParameters,
  smokeTest,
  sourceStage,
  verifyStep,
  watchStep,
} from "./components/index.ts";
import { readSettings } from "./settings.ts";

// What the environment is to be, and what runs in it now.
const settings = readSettings();
const { environment, protect } = settings;
const names = namesOf(settings.app, environment, await readPlace(), settings.artifactKmsKeyArn);
const application = readApplication(settings);
requireBaseImages(names.place, settings.baseImages);
await requireParameters(settings.parameters.existing);
const plans = await planServices({ ...settings, names, application });

// The ECS services, and what they need around them.
const network = new Network(names.prefix, settings.network);
const parameters = new ParameterStore(names.prefix, { ...settings.parameters, protect });
const images = new ImageRepositories(names.prefix, {
  ...settings,
  names,
  images: application.images.map(({ name }) => name),
});
const repositories = images.uris;
const cluster = new EcsCluster(names.prefix, { ...settings, names, application, network, parameters, repositories });
const services = plans.map(
  (plan) => new EcsService(plan.service.name, { ...settings, ...plan, names, cluster, network, repositories }),
);
const url = services.find((service) => service.url !== undefined)?.url;

// The steps between a push and the running services: build → migrate → deploy and watch → verify.
const build = buildStep({ ...settings, names, application, repositories });
const migrate = migrateStep({ ...settings, ...application, names, networkConfiguration: cluster.networkConfiguration });
const watch = watchStep({ ...settings, names, services: plans });
const verify = verifyStep({ ...settings, names, application, services: plans, smokeTest: smokeTest(settings, url) });
const projects = [build, ...(migrates(application) ? [migrate] : []), watch, verify].map(
  (step) => new BuildProject(step.project.name, step),
);

// Who is told what became of a release.
const { notificationEmails: emails, logRetentionDays } = settings;
const notifications = notificationsFor(names.prefix, { names, emails, logRetentionDays });

// The pipeline comes last: making it starts its first run.
const source = sourceStage(names, settings.source);
const pipeline = new Pipeline(names.prefix, {
  names,
  protect,
  source,
  stages: [
    buildStage(names),
    ...(settings.approval ? [approveStage({ ...settings, ...source, topicArn: notifications?.topicArn })] : []),
    releaseStage({ ...settings, names, services: plans, migrates: migrates(application) }),
  ],
  after: [...services, ...projects, ...(notifications ? [notifications] : [])],
});

export { url, repositories };
export const clusterName = names.cluster.name;
export const serviceNames = services.map((service) => service.serviceName);
export const { pipelineName } = pipeline;
export const { region } = names.place;
export const { parameterPath, rollbackHold } = names;
export const logGroup = names.logGroup.name;
export const releaseFamilies = application.release.map(({ name }) => names.releaseFamily(name));
export const templates = Object.fromEntries(plans.map(({ service, template }) => [service.name, template.hash]));
