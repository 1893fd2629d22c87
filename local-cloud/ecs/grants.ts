import type { Grant, Input, World } from "../kit/service.ts";
import { clusterName, ecsArn, lastPart, parseFamily } from "./kit/arns.ts";
import { objects, optional, strings } from "./kit/input.ts";
import { findDefinition } from "./definitions/definition-operations.ts";
import type { State } from "./kit/state.ts";

type Grants = (input: Input) => readonly Grant[];

/** The permissions of each operation. Source: IAM's service authorization reference, Amazon ECS. */
export function ecsGrants(world: World, state: State): Readonly<Record<string, Grants>> {
  const inCluster = (input: Input) => ({ "ecs:cluster": ecsArn(world, "cluster", clusterName(input["cluster"])) });
  const cluster = (input: Input, name = "cluster"): string => ecsArn(world, "cluster", clusterName(input[name]));
  const service =
    (action: string, name = "service"): Grants =>
    (input) => [{ action: `ecs:${action}`, resource: serviceArn(world, input, name), context: inCluster(input) }];
  const everything =
    (action: string): Grants =>
    () => [{ action: `ecs:${action}`, resource: "*" }];
  const taskArn = (input: Input, given: string): string =>
    ecsArn(world, "task", clusterName(input["cluster"]), lastPart(given));
  const onTagged =
    (action: string): Grants =>
    (input) => [{ action: `ecs:${action}`, resource: optional(input, "resourceArn") ?? "*" }];
  // "Permissions required for viewing Amazon ECS service deployments": the service as well as what is looked at.
  const withService =
    (action: string, field: string): Grants =>
    (input) =>
      [input[field]].flat().flatMap((given) => {
        const resource = String(given);
        return [
          { action: `ecs:${action}`, resource: resource.replace(/:service-[a-z]+\/(.*)\/[^/]+$/u, ":service/$1") },
          { action: `ecs:${action}`, resource },
        ];
      });
  return {
    CreateCluster: (input) => [
      { action: "ecs:CreateCluster", resource: cluster(input, "clusterName") },
      ...tagging(input, cluster(input, "clusterName"), "CreateCluster"),
    ],
    DescribeClusters: (input) =>
      strings(input, "clusters").map((name) => ({
        action: "ecs:DescribeClusters",
        resource: ecsArn(world, "cluster", clusterName(name)),
      })),
    DeleteCluster: (input) => [{ action: "ecs:DeleteCluster", resource: cluster(input) }],
    PutClusterCapacityProviders: (input) => [{ action: "ecs:PutClusterCapacityProviders", resource: cluster(input) }],
    RegisterTaskDefinition: (input) => {
      return [
        // CodePipeline, "Amazon ECS deploy action reference", gives `*`: a revision has no ARN before it is registered.
        { action: "ecs:RegisterTaskDefinition", resource: "*" },
        ...tagging(input, nextRevisionArn(world, state, input), "RegisterTaskDefinition"),
        ...passRoles([optional(input, "executionRoleArn"), optional(input, "taskRoleArn")]),
      ];
    },
    DescribeTaskDefinition: everything("DescribeTaskDefinition"),
    ListTaskDefinitions: everything("ListTaskDefinitions"),
    DeregisterTaskDefinition: everything("DeregisterTaskDefinition"),
    CreateService: (input) => [
      ...service("CreateService", "serviceName")(input),
      ...tagging(input, serviceArn(world, input, "serviceName"), "CreateService"),
    ],
    DescribeServices: (input) =>
      strings(input, "services").flatMap((name) => service("DescribeServices")({ ...input, service: name })),
    // Another revision needs iam:PassRole for its roles, a count alone does not: seen on AWS, keidarcy/e1s#429.
    UpdateService: (input) => {
      const given = optional(input, "taskDefinition");
      const definition = given === undefined ? undefined : findDefinition(state, given);
      return [
        ...service("UpdateService")(input),
        ...passRoles([definition?.executionRoleArn, definition?.taskRoleArn]),
      ];
    },
    DeleteService: (input) => service("DeleteService")(input),
    ListServiceDeployments: (input) => service("ListServiceDeployments")(input),
    DescribeServiceDeployments: withService("DescribeServiceDeployments", "serviceDeploymentArns"),
    DescribeServiceRevisions: withService("DescribeServiceRevisions", "serviceRevisionArns"),
    // Service authorization reference: both the service and its deployment are required.
    StopServiceDeployment: withService("StopServiceDeployment", "serviceDeploymentArn"),
    RunTask: (input) => runTaskGrants(world, state, input, inCluster(input)),
    DescribeTasks: (input) =>
      strings(input, "tasks").map((given) => ({
        action: "ecs:DescribeTasks",
        resource: taskArn(input, given),
        context: inCluster(input),
      })),
    // Its only resource type is the container instance, which Fargate does not have.
    ListTasks: (input) => [{ action: "ecs:ListTasks", resource: "*", context: inCluster(input) }],
    StopTask: (input) => [
      { action: "ecs:StopTask", resource: taskArn(input, optional(input, "task") ?? ""), context: inCluster(input) },
    ],
    TagResource: onTagged("TagResource"),
    UntagResource: onTagged("UntagResource"),
    ListTagsForResource: onTagged("ListTagsForResource"),
  };
}

function serviceArn(world: World, input: Input, name: string): string {
  const given = optional(input, name) ?? "";
  return given.startsWith("arn:") ? given : ecsArn(world, "service", clusterName(input["cluster"]), given);
}

/** The ARN that the next revision will have. */
function nextRevisionArn(world: World, state: State, input: Input): string {
  const family = optional(input, "family") ?? "";
  const revision = (state.definitions.get(family)?.at(-1)?.revision ?? 0) + 1;
  return ecsArn(world, "task-definition", `${family}:${revision}`);
}

// "the caller must have permission for the ecs:TagResource action" when a request that creates something has tags.
function tagging(input: Input, resource: string, createAction: string): readonly Grant[] {
  if (objects(input, "tags").length === 0) return [];
  return [{ action: "ecs:TagResource", resource, context: { "ecs:CreateAction": createAction } }];
}

function passRoles(roles: readonly (string | undefined)[]): readonly Grant[] {
  const passed = [...new Set(roles)].filter((role) => role !== undefined);
  return passed.map((resource) => ({
    action: "iam:PassRole",
    resource,
    context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
  }));
}

function runTaskGrants(
  world: World,
  state: State,
  input: Input,
  context: Readonly<Record<string, string>>,
): readonly Grant[] {
  const given = optional(input, "taskDefinition") ?? "";
  const definition = findDefinition(state, given);
  const overrides = (input["overrides"] ?? {}) as Input;
  const resource = definition?.taskDefinitionArn ?? ecsArn(world, "task-definition", parseFamily(given).family);
  const id = ecsArn(world, "task", clusterName(input["cluster"]), "*");
  return [
    { action: "ecs:RunTask", resource, context },
    ...tagging(input, id, "RunTask"),
    ...passRoles([
      optional(overrides, "executionRoleArn") ?? definition?.executionRoleArn,
      optional(overrides, "taskRoleArn") ?? definition?.taskRoleArn,
    ]),
  ];
}
