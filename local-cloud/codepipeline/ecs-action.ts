import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import type {
  ContainerDefinition,
  RegisterTaskDefinitionCommandInput,
  Service,
  Tag,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import { ActionFailure } from "./action.ts";
import type { ActionContext, ActionHandler } from "./action.ts";
import { readImageDefinitions, replaceImages } from "./image-definitions.ts";
import type { ImageDefinition } from "./image-definitions.ts";

/** Times of the ECS action, and what gets lost in it. */
export interface EcsActionOptions {
  /**
   * Fields of containers and of the task definition that the action's SDK does not know, and that its revision therefore
   * lacks (terraform-aws-modules/terraform-aws-ecs#356). @default - versionConsistency
   */
  readonly dropped?: () => readonly string[];
  /** Milliseconds between two calls of DescribeServices. @default 1000 */
  readonly pollMs?: number;
  /** Milliseconds in a minute of DeploymentTimeout, for tests. @default 60000 */
  readonly minuteMs?: number;
}

interface Target {
  readonly cluster: string;
  readonly service: string;
}

/**
 * The ECS deploy action: registers a revision of the service's task definition with new images, and waits for its
 * deployment.
 */
export function ecsAction(options: EcsActionOptions = {}): ActionHandler {
  const { pollMs = 1000, minuteMs = 60_000, dropped = () => usuallyDropped } = options;
  return async (context) => {
    const { ClusterName = "", ServiceName = "", FileName = "imagedefinitions.json" } = context.configuration;
    // 60 minutes unless DeploymentTimeout says otherwise: "Amazon ECS deploy action reference".
    const minutes = Number(context.configuration["DeploymentTimeout"] ?? 60);
    const target = { cluster: ClusterName, service: ServiceName };
    const { endpointUrl: endpoint, region } = context.world;
    const ecs = new ECSClient({ endpoint, region, credentials: context.credentials });
    try {
      const images = await definitions(context, FileName);
      const taskDefinition = await registerRevision(ecs, await describe(ecs, target), images, dropped());
      await ecs.send(new UpdateServiceCommand({ ...target, taskDefinition }));
      context.show({ externalExecutionId: taskDefinition });
      const deadline = Date.now() + minutes * minuteMs;
      // It ignores the circuit breaker: it waits until the time-out for a deployment that ECS has rolled back
      // (aws/containers-roadmap#1399).
      while (!isDeployed(await describe(ecs, target), taskDefinition)) {
        if (Date.now() > deadline) {
          throw new ActionFailure(
            "TimeoutError",
            `The deployment of ${taskDefinition} did not complete within ${minutes} minutes`,
          );
        }
        await lookAtTasks(ecs, target);
        await sleep(pollMs, undefined, { signal: context.signal });
      }
      await lookAtTasks(ecs, target);
      return { summary: `Deployment completed: ${taskDefinition}` };
    } finally {
      ecs.destroy();
    }
  };
}

/** Whether the newest deployment is of this revision, has all its tasks, and no older one is left. */
export function isDeployed({ deployments = [] }: Service, taskDefinition: string): boolean {
  const [primary, ...others] = deployments;
  return (
    others.length === 0 &&
    primary?.status === "PRIMARY" &&
    primary.taskDefinition === taskDefinition &&
    primary.runningCount === primary.desiredCount
  );
}

/** What the ECS action is known to drop. */
export const usuallyDropped: readonly string[] = ["versionConsistency"];

/** The input that registers a task definition with other images and no other change but the fields that get lost. */
export function nextRevision(
  current: TaskDefinition,
  tags: readonly Tag[],
  images: readonly ImageDefinition[],
  dropped: readonly string[] = usuallyDropped,
): RegisterTaskDefinitionCommandInput {
  // Only what RegisterTaskDefinition accepts.
  const kept = Object.fromEntries(
    registered.flatMap((key) => (current[key] === undefined || dropped.includes(key) ? [] : [[key, current[key]]])),
  );
  const lost = Object.fromEntries(dropped.map((key) => [key, undefined]));
  const containers = (current.containerDefinitions ?? []).map((container) => ({ ...container, ...lost }));
  const containerDefinitions = replaceImages(containers, images).map(
    (container) => JSON.parse(JSON.stringify(container)) as ContainerDefinition,
  );
  return {
    ...kept,
    family: current.family ?? "",
    containerDefinitions,
    ...(tags.length === 0 ? {} : { tags: [...tags] }),
  };
}

const registered = [
  "taskRoleArn",
  "executionRoleArn",
  "networkMode",
  "volumes",
  "placementConstraints",
  "requiresCompatibilities",
  "cpu",
  "memory",
  "pidMode",
  "ipcMode",
  "proxyConfiguration",
  "inferenceAccelerators",
  "ephemeralStorage",
  "runtimePlatform",
  "enableFaultInjection",
] as const satisfies readonly (keyof TaskDefinition)[];

async function definitions({ inputs, store }: ActionContext, fileName: string): Promise<readonly ImageDefinition[]> {
  const [input] = inputs;
  if (input === undefined)
    throw new ActionFailure("ConfigurationError", "The ECS deploy action needs an input artifact");
  const file = await store.file(input, fileName);
  return asJobFailure(() => readImageDefinitions(fileName, file));
}

async function registerRevision(
  ecs: ECSClient,
  service: Service,
  images: readonly ImageDefinition[],
  dropped: readonly string[],
): Promise<string> {
  const { taskDefinition: current, tags = [] } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition, include: ["TAGS"] }),
  );
  if (current === undefined) throw new ActionFailure("JobFailed", `No task definition ${service.taskDefinition ?? ""}`);
  const input = asJobFailure(() => nextRevision(current, tags, images, dropped));
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(input));
  return taskDefinition?.taskDefinitionArn ?? "";
}

async function describe(ecs: ECSClient, { cluster, service }: Target): Promise<Service> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [service] }));
  const found = services?.find(({ status }) => status === "ACTIVE");
  if (found === undefined)
    throw new ActionFailure("ConfigurationError", `The Amazon ECS service '${service}' does not exist.`);
  return found;
}

async function lookAtTasks(ecs: ECSClient, { cluster, service }: Target): Promise<void> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName: service }));
  if (taskArns.length > 0) await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
}

function asJobFailure<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw new ActionFailure("JobFailed", error instanceof Error ? error.message : String(error));
  }
}
