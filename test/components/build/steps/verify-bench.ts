import { runStep, type Outcome, type World } from "../../../support/release-bench.ts";

const arn = (resource: string) => `arn:aws:ecs:us-east-1:000000000000:${resource}`;

/** Beginning of the URI of each image. */
export const registry = "000000000000.dkr.ecr.us-east-1.amazonaws.com/shop/staging";

/** The environment's ECS services, as the step gets them. */
export const services = JSON.stringify([
  { service: "shop-staging", action: "Deploy", imageDefinitions: "imagedefinitions.json", desiredCount: 2 },
  {
    service: "shop-staging-worker",
    action: "Deploy-worker",
    imageDefinitions: "imagedefinitions-worker.json",
    desiredCount: 1,
  },
]);

/** A running task, as ECS describes it. */
export const running = (name: string, id: string, imageDigest: string, family = "shop-staging") => ({
  taskArn: arn(`task/shop-staging/${id}`),
  taskDefinitionArn: arn(`task-definition/${family}:5`),
  family,
  group: `service:${family}`,
  desired: "RUNNING",
  containers: [{ name, imageDigest }],
});

/** The two tasks of the web service. */
export const web = [running("web", "1", "sha256:web"), running("web", "2", "sha256:web")];

/** The task of the worker. */
export const worker = running("worker", "3", "sha256:web", "shop-staging-worker");

/** A stopped task, as ECS describes it. */
export const stopped = (id: string) => ({
  ...running("worker", id, "sha256:web", "shop-staging-worker"),
  desired: "STOPPED",
  stoppedAt: Number(id),
  stoppedReason: "Essential container in task exited",
  containers: [{ name: "worker", exitCode: 1 }],
});

/** A service, as ECS describes it. */
export const service = (family: string, desiredCount: number, runningCount: number, balanced = false) => ({
  desiredCount,
  runningCount,
  taskDefinition: arn(`task-definition/${family}:5`),
  loadBalancers: balanced ? [{ targetGroupArn: "arn:targets" }] : [],
});

const started = (name: string) => ({ name, status: "Succeeded", start: "2026-11-24T00:00:00Z" });

/** A successful service deployment, as ECS describes it. */
export const deployment = (id: string) => ({
  serviceDeploymentArn: arn(`service-deployment/shop-staging/x/${id}`),
  status: "SUCCESSFUL",
  sourceServiceRevisions: [{ arn: arn(`service-revision/shop-staging/x/${id}-before`) }],
});

/** Both services run commit 0123abc, after revision 4. */
export const world: World = {
  "imagedefinitions.json": JSON.stringify([{ name: "web", imageUri: `${registry}/web:0123abc` }]),
  "imagedefinitions-worker.json": JSON.stringify([{ name: "worker", imageUri: `${registry}/web:0123abc` }]),
  "web.digest": "sha256:web\n",
  actions: [[started("Deploy"), started("Deploy-worker")]],
  "shop-staging.service": service("shop-staging", 2, 2, true),
  "shop-staging-worker.service": service("shop-staging-worker", 1, 1),
  healthy: "2\n",
  tasks: JSON.stringify([...web, worker]),
  "shop-staging.last": { status: "SUCCESSFUL" },
  "shop-staging-worker.last": { status: "SUCCESSFUL" },
  "shop-staging.made": deployment("web").serviceDeploymentArn,
  "shop-staging.newest": deployment("web-back").serviceDeploymentArn,
  "shop-staging-worker.made": deployment("worker").serviceDeploymentArn,
  web: deployment("web"),
  "web-back": deployment("web-back"),
  "web-before": "shop-staging:4",
};

/** Runs the step in a changed world. */
export const verify = (change: World, environment: Readonly<Record<string, string>> = {}): Outcome =>
  runStep("verify", { ...world, ...change }, { SERVICES: services, ...environment });

/** What the step prints of the running images. */
export const runs = ["web: 2 task(s) run sha256:web (0123abc)", "worker: 1 task(s) run sha256:web (0123abc)"];

/** What the step prints of the images that it marks. */
export const marks = ["shop/staging/web: sha256:web is verified-0123abc"];

/** The call that marks the image. */
export const marked = 'put-image shop/staging/web:verified-0123abc sha256:web "{}\\n" x';

/** The call that sets a service's count. */
export const count = (name: string, tasks: number) =>
  `update-service --cluster shop-staging --service ${name} --desired-count ${tasks}`;

/** The call that rolls the web service back. */
export const back = `update-service --cluster shop-staging --service shop-staging --task-definition ${arn("task-definition/shop-staging:4")}`;
