import { cloud, only, type Answer } from "../../support/cloud.ts";

/** The call that describes a service. */
export const getService = "aws:ecs/getService:getService";

/** The call that describes a task definition. */
export const getTaskDefinition = "aws:ecs/getTaskDefinition:getTaskDefinition";

/** The call that lists parameters. */
export const getParametersByPath = "aws:ssm/getParametersByPath:getParametersByPath";

/** Beginning of the URI of each image. */
export const registry = "000000000000.dkr.ecr.us-east-1.amazonaws.com/shop/staging";

interface Definition {
  readonly name: string;
  readonly image: string;
  readonly dockerLabels: Readonly<Record<string, string>>;
}

/** Containers of the main task definition that the last run of the program registered. */
export function definitions(): readonly Definition[] {
  const { inputs } = only("aws:ecs/taskDefinition:TaskDefinition", "shop-staging");
  return JSON.parse(inputs["containerDefinitions"] as string) as Definition[];
}

/** An account in which these containers run in the environment's own ECS service, released once; the worker's is to come. */
export function runs(containers: readonly Definition[], more: Record<string, unknown> = {}): Record<string, Answer> {
  const deployments = [{ id: "ecs-svc/1", status: "PRIMARY" }];
  const taskDefinition = "arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging:4";
  return {
    [getService]: ({ serviceName }) =>
      serviceName === "shop-staging"
        ? { id: "s", status: "ACTIVE", desiredCount: 2, taskDefinition, deployments, ...more }
        : { id: "w", status: "INACTIVE" },
    [getTaskDefinition]: (inputs) => ({ ...inputs, containerDefinitions: JSON.stringify(containers) }),
  };
}

/** What the pipeline's releases leave behind: the same definitions with the images of a commit. */
export const released = (tag: string) =>
  definitions().map((each) => ({ ...each, image: `${registry}/${each.name}:${tag}` }));

/** The images that the program has registered. */
export const images = () => definitions().map(({ image }) => image);

/** The properties that the program leaves unchanged. */
export const ignored = () =>
  [only("aws:ecs/taskDefinition:TaskDefinition", "shop-staging"), only("aws:ecs/service:Service", "shop-staging")].map(
    ({ options }) => options.ignoreChanges ?? [],
  );

/** The bounds and the policies that the program has registered. */
export const scaling = () => [
  only("aws:appautoscaling/target:Target", "shop-staging").inputs["minCapacity"],
  cloud.filter(({ type }) => type === "aws:appautoscaling/policy:Policy").length,
];

/** An empty list. */
export const nothing: readonly string[] = [];

/** The properties that come from the template. */
export const template = [
  "containerDefinitions",
  "cpu",
  "memory",
  "volumes",
  "executionRoleArn",
  "taskRoleArn",
  "pidMode",
  "runtimePlatform",
];
