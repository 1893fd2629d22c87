import { handOver } from "../../components/service/hand-over.ts";
import type { ServicePlan } from "../../components/service/service-plan.ts";
import { taskTemplate } from "../../components/service/task-template.ts";
import type { ReleasePlan } from "../../components/build/release-steps.ts";
import type { Task } from "../../compose/index.ts";
import { staging } from "./names.ts";
import { application, container, pair, task } from "./task.ts";

/** The plan of an ECS service of staging before anything was released, with what a test changes. */
export function plan(what: Task, more: Partial<ServicePlan> = {}): ServicePlan {
  const service = staging.service(what.name);
  const template = taskTemplate({ names: staging, family: service.family, task: what, parameterNames: {} });
  return {
    service,
    task: what,
    template,
    handOver: handOver({ template, running: undefined, lastBuilt: {} }),
    scaling: { desiredCount: 1, maximumCount: 1, cpuPercent: 60 },
    deploymentTimeoutMinutes: 8,
    ...more,
  };
}

/** Plans of three ECS services: `web`, a worker of the same image, and a cache of which nothing is built. */
export function plans(): readonly ServicePlan[] {
  const [web, worker] = pair();
  const redis = container("cache", { image: { reference: "redis:7" }, ports: [6379] });
  const cache = task({ name: "cache", containers: [redis], entry: undefined, connected: true });
  return [
    plan(web, { scaling: { desiredCount: 2, maximumCount: 4, cpuPercent: 60 } }),
    plan(cache),
    plan(worker, { deploymentTimeoutMinutes: 12 }),
  ];
}

/** The plan of a release of these services with one release task, from a source of code. */
export const releasePlan = (): ReleasePlan => ({
  names: staging,
  source: { provider: "S3" },
  application: application({ release: [container("migrate")] }),
  services: plans(),
  program: { text: "", sha256: "c0ffee" },
  settings: {
    taskTimeoutMinutes: 20,
    pollSeconds: 5,
    deploymentWindow: undefined,
    approval: undefined,
    smokeTest: undefined,
  },
  logRetentionDays: 14,
});
