import {
  BuildProject,
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
  readHandOver,
  readPlace,
  readTask,
  releaseStage,
  requireBaseImages,
  requireParameters,
  scalingOf,
  sourceStage,
  taskTemplate,
  verifyStep,
  watchStep,
} from "./components/index.ts";
import { readSettings } from "./settings.ts";

// What the environment is to be, and what runs in it now.
const settings = readSettings();
const { environment, protect } = settings;
const names = namesOf(settings.app, environment, await readPlace(), settings.artifactKmsKeyArn);
const task = readTask(settings);
const scaling = scalingOf(settings.scaling, task.replicas);
const { architecture, parameterNames } = settings;
const template = taskTemplate({ names, family: names.family, ...task, parameterNames, architecture });
requireBaseImages(names.place, settings.baseImages);
await requireParameters(settings.parameters.existing);
const handOver = await readHandOver(names, template);

// The service, and what it needs around it.
const network = new Network(names.prefix, settings.network);
const parameters = new ParameterStore(names.prefix, { ...settings.parameters, protect });
const images = new ImageRepositories(names.prefix, {
  ...settings,
  names,
  images: task.images.map(({ name }) => name),
});
const service = new EcsService(names.prefix, {
  names,
  task,
  template,
  architecture,
  handOver,
  network,
  parameters,
  repositories: images.uris,
  scaling,
  healthCheckPath: settings.healthCheckPath,
  logRetentionDays: settings.logRetentionDays,
});

// The steps between a push and the running service: build → migrate → deploy and watch → verify.
const build = buildStep({ ...settings, names, task, repositories: images.uris });
const release = { ...settings, names, timeoutMinutes: settings.releaseTimeoutMinutes };
const migrate = migrateStep({ ...release, task, networkConfiguration: service.networkConfiguration });
const watch = watchStep(release);
const verify = verifyStep({ ...release, task, desiredCount: scaling.desiredCount });
const projects = [build, ...(migrates(task) ? [migrate] : []), watch, verify].map(
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
    releaseStage({
      ...settings,
      names,
      migrates: migrates(task),
      deploymentTimeoutMinutes: settings.releaseTimeoutMinutes,
    }),
  ],
  after: [service, ...projects, ...(notifications ? [notifications] : [])],
});

export const url = service.url;
export const clusterName = names.cluster.name;
export const { serviceName } = service;
export const { pipelineName } = pipeline;
export const repositories = images.uris;
