import { randomUUID } from "node:crypto";
import { ecsArn, newDigits } from "../kit/arns.ts";
import type { Place } from "../kit/arns.ts";
import { now } from "../kit/state.ts";
import type { Definition, Deployment, Endpoint, Service, ServiceDeployment, Task } from "../kit/state.ts";

const keptEvents = 100;
const exceeded = "because the circuit breaker threshold was exceeded";

/** The service with one more event, newest first; ECS keeps the last 100. */
export function withEvent(service: Service, text: string): Service {
  const event = { id: randomUUID(), createdAt: now(), message: `(service ${service.name}) ${text}` };
  return { ...service, events: [event, ...service.events].slice(0, keptEvents) };
}

/**
 * The service with a new PRIMARY deployment of a revision, whose tasks can resolve the given endpoints. A deployment
 * that was still in progress is stopped.
 */
export function withDeployment(
  place: Place,
  service: Service,
  definition: Definition,
  endpoints: readonly Endpoint[],
): Service {
  const digits = newDigits();
  const time = now();
  const id = `ecs-svc/${digits}`;
  const arn = ecsArn(place, "service-deployment", service.cluster, service.name, newDigits());
  const revisionArn = ecsArn(place, "service-revision", service.cluster, service.name, digits);
  const [before] = service.deployments;
  const deployment: Deployment = {
    id,
    definition,
    state: "IN_PROGRESS",
    reason: `ECS deployment ${id} in progress.`,
    failures: 0,
    failedTasks: 0,
    rollback: false,
    endpoints,
    serviceDeploymentArn: arn,
    revisionArn,
    createdAt: time,
    updatedAt: time,
  };
  const record: ServiceDeployment = {
    arn,
    status: "IN_PROGRESS",
    targetRevision: revisionArn,
    failureCount: 0,
    sourceRevisions: before === undefined ? [] : [before.revisionArn],
    createdAt: time,
    startedAt: time,
    updatedAt: time,
  };
  const superseded =
    before?.state === "IN_PROGRESS"
      ? withRecord(service, before.serviceDeploymentArn, {
          status: "STOPPED",
          finishedAt: time,
          statusReason: "Service deployment stopped by a new service deployment.",
        })
      : service;
  return {
    ...superseded,
    deployments: [deployment, ...service.deployments],
    history: [record, ...superseded.history],
    revisions: { ...service.revisions, [revisionArn]: { arn: revisionArn, definition, digests: {}, createdAt: time } },
    steady: false,
    notBefore: 0,
  };
}

/** The service with its PRIMARY deployment completed: a later rollback goes back to it. */
export function completed(service: Service): Service {
  const [primary] = service.deployments;
  if (primary === undefined) return service;
  const done: Deployment = {
    ...primary,
    state: "COMPLETED",
    reason: `ECS deployment ${primary.id} completed.`,
    failures: 0,
    rollback: false,
    updatedAt: now(),
  };
  const changed = withRecord({ ...service, deployments: [done], lastCompleted: done }, primary.serviceDeploymentArn, {
    status: primary.rollback ? "ROLLBACK_SUCCESSFUL" : "SUCCESSFUL",
    finishedAt: now(),
  });
  return withEvent(changed, `(deployment ${primary.id}) deployment completed.`);
}

/** The service with its PRIMARY deployment failed and not rolled back. */
export function failed(service: Service): Service {
  const [primary, ...others] = service.deployments;
  if (primary === undefined) return service;
  const changed = withRecord(
    { ...service, deployments: [asFailed(primary), ...others] },
    primary.serviceDeploymentArn,
    {
      status: primary.rollback ? "ROLLBACK_FAILED" : "STOPPED",
      statusReason: `Service deployment ${primary.rollback ? "rollback failed" : "stopped"} ${exceeded}.`,
      finishedAt: now(),
    },
  );
  return withEvent(changed, `(deployment ${primary.id}) deployment failed: tasks failed to start.`);
}

/** The service during a rollback: its last completed deployment is PRIMARY again, with the same identifier. */
export function rolledBack(service: Service): Service {
  const [primary] = service.deployments;
  const { lastCompleted } = service;
  if (primary === undefined || lastCompleted === undefined) return service;
  const back: Deployment = {
    ...lastCompleted,
    state: "IN_PROGRESS",
    rollback: true,
    failures: 0,
    updatedAt: now(),
    reason: `ECS deployment circuit breaker: rolling back to deploymentId ${lastCompleted.id}.`,
    serviceDeploymentArn: primary.serviceDeploymentArn,
  };
  const others = service.deployments.slice(1).filter(({ id }) => id !== lastCompleted.id);
  const reason = `Service deployment rolled back ${exceeded}.`;
  const changed = withRecord(
    { ...service, deployments: [back, asFailed(primary), ...others], notBefore: 0 },
    primary.serviceDeploymentArn,
    {
      status: "ROLLBACK_IN_PROGRESS",
      statusReason: reason,
      rollback: { reason, startedAt: now(), serviceRevisionArn: lastCompleted.revisionArn },
    },
  );
  const told = withEvent(changed, `(deployment ${primary.id}) deployment failed: tasks failed to start.`);
  return withEvent(told, `rolling back to deployment ${lastCompleted.id}.`);
}

function asFailed(deployment: Deployment): Deployment {
  return {
    ...deployment,
    state: "FAILED",
    reason: "ECS deployment circuit breaker: tasks failed to start.",
    updatedAt: now(),
  };
}

/** The service after one of its tasks has failed: tasks that fail again and again start more and more slowly. */
export function withFailure(service: Service, deploymentId: string): Service {
  const deployments = service.deployments.map((deployment) =>
    deployment.id === deploymentId
      ? { ...deployment, failures: deployment.failures + 1, failedTasks: deployment.failedTasks + 1, updatedAt: now() }
      : deployment,
  );
  const [primary] = deployments;
  if (primary?.id !== deploymentId) return { ...service, deployments };
  const wait = primary.failures < 3 ? 0 : Math.min(2 ** (primary.failures - 3), 60);
  const counted = { ...service, deployments, notBefore: Date.now() + wait * 1000 };
  return primary.state === "IN_PROGRESS"
    ? withRecord(counted, primary.serviceDeploymentArn, { failureCount: primary.failures })
    : counted;
}

/**
 * The service after one of its tasks has passed its health checks for the first time: the count of failures starts
 * again.
 */
export function withHealthyTask(service: Service, deploymentId: string): Service {
  const deployments = service.deployments.map((deployment) =>
    deployment.id === deploymentId ? { ...deployment, failures: 0 } : deployment,
  );
  return { ...service, deployments };
}

/** The service with the digests of this task's images noted in its revision. */
export function withDigests(service: Service, task: Task): Service {
  const deployment = service.deployments.find(({ id }) => id === task.startedBy);
  const revision = deployment && service.revisions[deployment.revisionArn];
  if (revision === undefined) return service;
  const fresh = task.containers.filter(
    ({ name, imageDigest }) => imageDigest !== undefined && revision.digests[name] === undefined,
  );
  if (fresh.length === 0) return service;
  const digests = Object.fromEntries(fresh.map(({ name, imageDigest = "" }) => [name, imageDigest]));
  const changed = { ...revision, digests: { ...revision.digests, ...digests } };
  return { ...service, revisions: { ...service.revisions, [revision.arn]: changed } };
}

/** The service with a change of one of its service deployments. */
export function withRecord(service: Service, arn: string, change: Partial<ServiceDeployment>): Service {
  const history = service.history.map((record) =>
    record.arn === arn ? { ...record, ...change, updatedAt: now() } : record,
  );
  return { ...service, history };
}
