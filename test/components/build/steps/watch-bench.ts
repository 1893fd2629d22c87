import { runStep, type Outcome, type World } from "../../../support/release-bench.ts";

/** ARN of an ECS resource. */
export const arn = (resource: string) => `arn:aws:ecs:us-east-1:000000000000:${resource}`;

const deploymentArn = (id: string) => arn(`service-deployment/shop-staging/x/${id}`);

/** The web and the worker are deployed; no image of the cache is built. */
export const services = JSON.stringify([
  { service: "shop-staging", action: "Deploy", imageDefinitions: "imagedefinitions.json", desiredCount: 2 },
  { service: "shop-staging-cache", action: null, imageDefinitions: "imagedefinitions-cache.json", desiredCount: 1 },
  {
    service: "shop-staging-worker",
    action: "Deploy-worker",
    imageDefinitions: "imagedefinitions-worker.json",
    desiredCount: 1,
  },
]);

/** A service deployment, as ECS describes it. */
export const deployment = (id: string, status: string, more: Readonly<Record<string, unknown>> = {}) => ({
  serviceDeploymentArn: deploymentArn(id),
  status,
  sourceServiceRevisions: [{ arn: arn(`service-revision/shop-staging/x/${id}-before`) }],
  targetServiceRevision: { arn: arn(`service-revision/shop-staging/x/${id}-after`) },
  ...more,
});

/** A started ECS action, as CodePipeline describes it. */
export const started = (name: string, status = "InProgress") => ({ name, status, start: "2026-11-24T00:00:00Z" });

/** Both services are being deployed from revision 4 to 5, and the worker's tasks end at once. */
export const world: World = {
  actions: [[started("Deploy"), started("Deploy-worker")]],
  "shop-staging.service": { desiredCount: 2 },
  "shop-staging.made": deploymentArn("web"),
  "shop-staging.newest": deploymentArn("web-back"),
  "shop-staging-worker.made": deploymentArn("worker"),
  web: deployment("web", "SUCCESSFUL"),
  worker: deployment("worker", "SUCCESSFUL"),
  "web-back": deployment("web-back", "SUCCESSFUL"),
  "web-before": "shop-staging:4",
  "web-after": "shop-staging:5",
  "worker-after": "shop-staging-worker:5",
  tasks: JSON.stringify([
    {
      taskArn: arn("task/shop-staging/0123"),
      taskDefinitionArn: arn("task-definition/shop-staging-worker:5"),
      family: "shop-staging-worker",
      desired: "STOPPED",
      stoppedAt: 1,
      stoppedReason: "Essential container in task exited",
      containers: [{ name: "worker", exitCode: 1 }],
    },
  ]),
};

/** Runs the step in a changed world. */
export const watch = (change: World, environment: Readonly<Record<string, string>> = {}): Outcome =>
  runStep("watch", { ...world, ...change }, { SERVICES: services, ...environment });

/** The worker's deployment, which ECS has rolled back. */
export const failed = deployment("worker", "ROLLBACK_SUCCESSFUL", { statusReason: "tasks failed to start" });

const verdict = "ROLLBACK_SUCCESSFUL: tasks failed to start";

/** What the step prints of the failed worker. */
export const told = [
  `shop-staging-worker: deployment worker: ${verdict}`,
  "task 0123: Essential container in task exited; worker: exit code 1",
  "--- last log lines of worker",
  "the last words of shop-staging-worker/worker/0123",
];

/** The reason with which the step ends the run. */
export const reason = `shop-staging-worker: ECS ended the deployment: ${verdict}`;

/** The call that ends the run. */
export const stop = (why: string) =>
  `stop-pipeline-execution --pipeline-name shop-staging --abandon --reason ${why} --pipeline-execution-id run-1`;

/** The call that stops the web service's deployment. */
export const stopDeployment = `stop-service-deployment --service-deployment-arn ${deploymentArn("web")} --stop-type ROLLBACK`;
