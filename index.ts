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
  dashboardFor,
  flowLogsFor,
  loadBalancerFor,
  migrateStep,
  notificationsFor,
  outputsOf,
  planEnvironment,
  programFor,
  releaseStage,
  sourceStage,
  storesFor,
  verifyStep,
  withUrls,
} from "./components/index.ts";
import { readSettings } from "./settings.ts";

// 1. What the environment will be, and what runs in it now, as plain data. Every mistake is refused here.
const settings = readSettings();
const plan = await planEnvironment(settings);
const { prefix: name, artifactBucket, place } = plan.names;

// 2. Where the containers run, and what they need around them.
const network = new Network(name, plan.network);
flowLogsFor(name, plan.flowLogs, network);
const stores = storesFor(name, plan.stores, network);
const parameters = new ParameterStore(name, withUrls(plan.parameters, stores));
const { uris } = new ImageRepositories(name, plan.images);
const cluster = new EcsCluster(name, { plan: plan.cluster, network, parameters, stores, repositories: uris });
const balancer = loadBalancerFor(name, { plan: plan.balancer, network, cluster });
const services = plan.services.map(
  (one) => new EcsService(one.service.name, { plan: one, cluster, network, repositories: uris, balancer }),
);

// 3. How a push gets there: source → build (or ready-made images) → approval → migrate → deploy and verify.
const source = sourceStage(plan.names, settings.source, plan.images.images);
const steps = [
  buildStep(plan.build, { repositories: uris, releaseRevisions: cluster.releaseRevisions }),
  ...migrateStep(plan.release, cluster),
  verifyStep(plan.release, { services, url: balancer?.url }),
];
const program = programFor(name, plan.build);
const projects = steps.map((step) => new BuildProject(step.projectName, step));
const notifications = notificationsFor(name, plan.watching, steps);
const approve = approveStage(settings.release.approval, source, notifications[0]?.topicArn);
const pipeline = new Pipeline(name, {
  place,
  artifactBucket,
  source,
  stages: [buildStage(plan.build, source), ...approve, releaseStage(plan.release)],
  // The pipeline comes last: its creation starts its first run.
  after: [...services, program, ...projects, ...notifications],
  protect: settings.protect,
});

// 4. What people look at, and what the verbs read.
dashboardFor(name, plan.watching, steps, balancer);
export const environment = outputsOf(plan, { repositories: uris, cluster, balancer, services, pipeline });
// The same outputs one by one, for programs that read them; the next release removes them.
export const { url, region, accountId, pipelineName, clusterName, serviceNames, releaseFamilies, templates } =
  environment;
export const { madeRevisions, taskCounts, deploymentAlarms, repositories, logGroup } = environment;
export const { parameterPath, rollbackHold, verbLock } = environment;
