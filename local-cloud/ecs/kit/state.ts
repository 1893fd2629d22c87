import type { ContainerDefinition, TaskDefinition, TaskOverride } from "@aws-sdk/client-ecs";
import type { Input } from "../../kit/service.ts";

/** Tag of a resource, in ECS's spelling. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** A container of a registered task definition. */
export type Container = Readonly<ContainerDefinition> & { readonly name: string; readonly image: string };

/** A registered revision of a task definition, as DescribeTaskDefinition returns it. */
export type Definition = Readonly<
  Omit<
    TaskDefinition,
    "taskDefinitionArn" | "family" | "revision" | "containerDefinitions" | "registeredAt" | "deregisteredAt"
  >
> & {
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: "ACTIVE" | "INACTIVE";
  readonly containerDefinitions: readonly Container[];
  /** Epoch seconds. */
  readonly registeredAt: number;
  readonly deregisteredAt?: number;
};

/** The state of one container of a task. */
export interface ContainerState {
  readonly name: string;
  readonly image: string;
  readonly status: "PENDING" | "RUNNING" | "STOPPED";
  readonly health: Health;
  /** Digest of the manifest that was pulled. */
  readonly imageDigest?: string;
  /** Docker's identifier. */
  readonly dockerId?: string;
  readonly exitCode?: number;
  /** What went wrong, in ECS's words, such as `CannotPullContainerError: …`. */
  readonly reason?: string;
}

export type Health = "UNKNOWN" | "HEALTHY" | "UNHEALTHY";

/** Why a task ends: ECS's stop code and sentence. */
export interface StopReason {
  readonly code: "TaskFailedToStart" | "EssentialContainerExited" | "UserInitiated" | "ServiceSchedulerInitiated";
  readonly reason: string;
  /** Whether the end counts as a failure of the deployment the task belongs to. */
  readonly failure: boolean;
}

/** One task; times are epoch seconds. */
export interface Task {
  readonly arn: string;
  readonly id: string;
  readonly cluster: string;
  readonly definition: Definition;
  /** `service:<name>` or `family:<name>`. */
  readonly group: string;
  /** Deployment of a service's task, or what RunTask's caller gave. */
  readonly startedBy?: string;
  readonly serviceArn?: string;
  readonly overrides: TaskOverride;
  readonly tags: readonly Tag[];
  readonly status: "PROVISIONING" | "PENDING" | "RUNNING" | "DEACTIVATING" | "STOPPING" | "DEPROVISIONING" | "STOPPED";
  readonly containers: readonly ContainerState[];
  /** Digests that the deployment's earlier tasks resolved their images to, by container. */
  readonly pinned: Readonly<Record<string, string>>;
  /** Address in the Docker network. */
  readonly address?: string;
  /** Port of 127.0.0.1 by container port. */
  readonly hostPorts: Readonly<Record<number, number>>;
  readonly stop?: StopReason;
  /** Whether it has passed its health checks at any time. */
  readonly wasHealthy: boolean;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly stoppingAt?: number;
  readonly stoppedAt?: number;
}

/** Where a service's tasks are reached: one entry of its `loadBalancers`. */
export interface LoadBalancer {
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
}

export type RolloutState = "IN_PROGRESS" | "COMPLETED" | "FAILED";

/** One entry of a service's `deployments`; the first is PRIMARY, the others are ACTIVE. */
export interface Deployment {
  /** `ecs-svc/<digits>`. */
  readonly id: string;
  readonly definition: Definition;
  readonly state: RolloutState;
  readonly reason: string;
  /** Failed tasks in a row; a task that becomes healthy sets the count to 0. */
  readonly failures: number;
  /** All failed tasks. */
  readonly failedTasks: number;
  /** Set when the circuit breaker went back to this deployment. */
  readonly rollback: boolean;
  /** What its tasks can resolve by Service Connect: the endpoints that existed when the deployment began. */
  readonly endpoints: readonly Endpoint[];
  readonly serviceDeploymentArn: string;
  readonly revisionArn: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/**
 * Where tasks of other services reach this one: its names and ports (ECS developer guide, "Service Connect", client
 * alias).
 */
export interface Endpoint {
  readonly serviceArn: string;
  readonly names: readonly string[];
  readonly ports: readonly number[];
}

/** A service revision, as DescribeServiceRevisions returns it. */
export interface Revision {
  readonly arn: string;
  readonly definition: Definition;
  /** What its images' tags were resolved to by its first tasks, by container. */
  readonly digests: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

/** A service deployment, as ListServiceDeployments and DescribeServiceDeployments return it; times are epoch seconds. */
export interface ServiceDeployment {
  readonly arn: string;
  readonly status: ServiceDeploymentStatus;
  readonly statusReason?: string;
  readonly targetRevision: string;
  readonly sourceRevisions: readonly string[];
  readonly rollback?: { readonly reason: string; readonly startedAt: number; readonly serviceRevisionArn: string };
  readonly failureCount: number;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly updatedAt: number;
}

export type ServiceDeploymentStatus =
  | "PENDING"
  | "IN_PROGRESS"
  | "SUCCESSFUL"
  | "STOPPED"
  | "ROLLBACK_IN_PROGRESS"
  | "ROLLBACK_SUCCESSFUL"
  | "ROLLBACK_FAILED";

/** A message of a service's event list. */
export interface ServiceEvent {
  readonly id: string;
  readonly createdAt: number;
  readonly message: string;
}

/** One service. */
export interface Service {
  readonly arn: string;
  readonly name: string;
  readonly cluster: string;
  readonly status: "ACTIVE" | "DRAINING" | "INACTIVE";
  readonly desired: number;
  /** Settings of CreateService and UpdateService that are returned as they came and change nothing here. */
  readonly settings: Input;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly rolling: Rolling;
  readonly graceSeconds: number;
  readonly deployments: readonly Deployment[];
  /** The deployment that the circuit breaker rolls back to. */
  readonly lastCompleted?: Deployment;
  /** Newest first. */
  readonly history: readonly ServiceDeployment[];
  /** By ARN. */
  readonly revisions: Readonly<Record<string, Revision>>;
  /** Newest first. */
  readonly events: readonly ServiceEvent[];
  /** Whether the present steady state was reported as an event. */
  readonly steady: boolean;
  /**
   * No task starts before this time, in epoch milliseconds: tasks that fail again and again start more and more slowly.
   */
  readonly notBefore: number;
  readonly createdAt: number;
}

/** A service's deployment configuration, with ECS's defaults filled in. */
export interface Rolling {
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly breaker: { readonly enable: boolean; readonly rollback: boolean };
}

/** A cluster. */
export interface Cluster {
  readonly name: string;
  readonly arn: string;
  readonly status: "ACTIVE" | "INACTIVE";
  readonly settings: Input;
}

/** The whole state of this ECS. */
export interface State {
  /** By name. */
  readonly clusters: Map<string, Cluster>;
  /** Revisions in order, by family. */
  readonly definitions: Map<string, readonly Definition[]>;
  /** By ARN; a deleted service stays as INACTIVE. */
  readonly services: Map<string, Service>;
  /** Tasks that have not stopped, by ARN. */
  readonly live: Map<string, Task>;
  /** Stopped tasks by ARN, until the local cloud is closed. */
  readonly stopped: Map<string, Task>;
  /** By the ARN of the tagged resource. */
  readonly tags: Map<string, readonly Tag[]>;
}

/** The state of an empty region. */
export function emptyState(): State {
  return {
    clusters: new Map(),
    definitions: new Map(),
    services: new Map(),
    live: new Map(),
    stopped: new Map(),
    tags: new Map(),
  };
}

/** Now, in ECS's epoch seconds. */
export function now(): number {
  return Date.now() / 1000;
}

/** Changes some fields of a live task. */
export function changeTask(state: State, arn: string, change: Partial<Task>): Task | undefined {
  const task = state.live.get(arn);
  if (task === undefined) return undefined;
  const changed = { ...task, ...change };
  state.live.set(arn, changed);
  return changed;
}

/** Changes some fields of one container of a live task. */
export function changeContainer(state: State, arn: string, name: string, change: Partial<ContainerState>): void {
  const task = state.live.get(arn);
  if (task === undefined) return;
  const containers = task.containers.map((container) =>
    container.name === name ? { ...container, ...change } : container,
  );
  state.live.set(arn, { ...task, containers });
}
