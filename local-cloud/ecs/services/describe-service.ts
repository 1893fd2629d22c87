import type { Rolling, Service, ServiceDeployment, State, Task } from "../kit/state.ts";
import { failureThreshold } from "./deployments.ts";
import { tasksOf } from "./scheduler-acts.ts";

/** A service as DescribeServices returns it. */
export function describeService(state: State, service: Service, tags: boolean): object {
  const tasks = tasksOf(state, service.arn);
  return {
    launchType: "FARGATE",
    schedulingStrategy: "REPLICA",
    placementConstraints: [],
    placementStrategy: [],
    serviceRegistries: [],
    deploymentController: { type: "ECS" },
    enableECSManagedTags: false,
    enableExecuteCommand: false,
    propagateTags: "NONE",
    platformVersion: "LATEST",
    platformFamily: "Linux",
    availabilityZoneRebalancing: "DISABLED",
    ...service.settings,
    serviceArn: service.arn,
    serviceName: service.name,
    status: service.status,
    desiredCount: service.desired,
    clusterArn: service.arn.replace(/:service\/.*$/u, `:cluster/${service.cluster}`),
    ...countsOf(tasks),
    loadBalancers: service.loadBalancers,
    healthCheckGracePeriodSeconds: service.graceSeconds,
    deploymentConfiguration: describeRolling(service.rolling),
    createdAt: service.createdAt,
    events: service.events,
    taskDefinition:
      service.deployments[0]?.definition.taskDefinitionArn ?? service.lastCompleted?.definition.taskDefinitionArn,
    deployments: service.deployments.map((deployment, index) => ({
      id: deployment.id,
      status: index === 0 ? "PRIMARY" : "ACTIVE",
      taskDefinition: deployment.definition.taskDefinitionArn,
      desiredCount: index === 0 ? service.desired : 0,
      failedTasks: deployment.failedTasks,
      ...countsOf(tasks.filter(({ startedBy }) => startedBy === deployment.id)),
      rolloutState: deployment.state,
      rolloutStateReason: deployment.reason,
      launchType: "FARGATE",
      networkConfiguration: service.settings["networkConfiguration"],
      createdAt: deployment.createdAt,
      updatedAt: deployment.updatedAt,
    })),
    ...(tags ? { tags: state.tags.get(service.arn) ?? [] } : {}),
  };
}

function countsOf(tasks: readonly Task[]): { readonly runningCount: number; readonly pendingCount: number } {
  return {
    runningCount: tasks.filter(({ status }) => status === "RUNNING").length,
    pendingCount: tasks.filter(({ status }) => status === "PROVISIONING" || status === "PENDING").length,
  };
}

function describeRolling({ breaker, minimumHealthyPercent, maximumPercent }: Rolling): object {
  return { deploymentCircuitBreaker: breaker, minimumHealthyPercent, maximumPercent, strategy: "ROLLING" };
}

/** A service deployment as DescribeServiceDeployments returns it. */
export function describeServiceDeployment(state: State, service: Service, record: ServiceDeployment): object {
  const { arn, targetRevision, sourceRevisions, failureCount, ...rest } = record;
  const tasks = tasksOf(state, service.arn);
  const summary = (revisionArn: string): object => {
    const digits = revisionArn.slice(revisionArn.lastIndexOf("/") + 1);
    const counts = countsOf(tasks.filter(({ startedBy }) => startedBy === `ecs-svc/${digits}`));
    return {
      arn: revisionArn,
      requestedTaskCount: service.desired,
      runningTaskCount: counts.runningCount,
      pendingTaskCount: counts.pendingCount,
    };
  };
  return {
    ...rest,
    serviceDeploymentArn: arn,
    serviceArn: service.arn,
    clusterArn: service.arn.replace(/:service\/.*$/u, `:cluster/${service.cluster}`),
    targetServiceRevision: summary(targetRevision),
    sourceServiceRevisions: sourceRevisions.map(summary),
    deploymentConfiguration: describeRolling(service.rolling),
    deploymentCircuitBreaker: {
      status: breakerStatus(service, record),
      failureCount,
      threshold: failureThreshold(service.desired),
    },
  };
}

function breakerStatus({ rolling }: Service, { status, rollback }: ServiceDeployment): string {
  if (!rolling.breaker.enable) return "DISABLED";
  if (rollback !== undefined) return "TRIGGERED";
  return status === "IN_PROGRESS" || status === "PENDING" ? "MONITORING" : "MONITORING_COMPLETE";
}
