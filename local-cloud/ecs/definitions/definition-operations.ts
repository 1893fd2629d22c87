import { AwsError } from "../../kit/service.ts";
import type { Input, World } from "../../kit/service.ts";
import { ecsArn, parseFamily } from "../kit/arns.ts";
import { checkDefinition } from "./definition-check.ts";
import { optional, page, required, tagsOf, wantsTags, without } from "../kit/input.ts";
import { now } from "../kit/state.ts";
import type { Container, Definition, State } from "../kit/state.ts";

const missing = "Unable to describe task definition.";

/** Registering, describing, listing and deregistering task definitions. */
export function definitionOperations(world: World, state: State) {
  return {
    RegisterTaskDefinition: (input: Input) => {
      checkDefinition(input, world.registryHost);
      const definition = register(world, state, input);
      const tags = tagsOf(input);
      if (tags.length > 0) state.tags.set(definition.taskDefinitionArn, tags);
      return { taskDefinition: definition, tags };
    },
    DescribeTaskDefinition: (input: Input) => {
      const definition = findDefinition(state, required(input, "taskDefinition"));
      if (definition === undefined) throw new AwsError("ClientException", missing);
      const tags = wantsTags(input) ? { tags: state.tags.get(definition.taskDefinitionArn) ?? [] } : {};
      return { taskDefinition: definition, ...tags };
    },
    ListTaskDefinitions: (input: Input) => list(state, input),
    DeregisterTaskDefinition: (input: Input) => {
      const found = findDefinition(state, required(input, "taskDefinition"));
      if (found === undefined) throw new AwsError("ClientException", "The specified task definition does not exist.");
      const definition: Definition = { ...found, status: "INACTIVE", deregisteredAt: now() };
      const revisions = state.definitions.get(found.family) ?? [];
      state.definitions.set(
        found.family,
        revisions.map((each) => (each.revision === found.revision ? definition : each)),
      );
      return { taskDefinition: definition };
    },
  };
}

function register(world: World, state: State, input: Input): Definition {
  const family = required(input, "family");
  const revisions = state.definitions.get(family) ?? [];
  const revision = (revisions.at(-1)?.revision ?? 0) + 1;
  const rest = without(input, "tags", "containerDefinitions");
  const definition = {
    ...rest,
    family,
    revision,
    taskDefinitionArn: ecsArn(world, "task-definition", `${family}:${revision}`),
    status: "ACTIVE",
    // What ECS fills in; its replies always have these lists.
    containerDefinitions: (input["containerDefinitions"] as readonly Container[]).map((container) => ({
      cpu: 0,
      portMappings: [],
      essential: true,
      environment: [],
      mountPoints: [],
      volumesFrom: [],
      systemControls: [],
      ...container,
    })),
    volumes: rest["volumes"] ?? [],
    placementConstraints: rest["placementConstraints"] ?? [],
    compatibilities: ["EC2", "FARGATE"],
    registeredAt: now(),
  } as unknown as Definition;
  state.definitions.set(family, [...revisions, definition]);
  return definition;
}

function list(state: State, input: Input): object {
  const prefix = optional(input, "familyPrefix");
  const status = optional(input, "status") ?? "ACTIVE";
  const families = prefix === undefined ? [...state.definitions.keys()].toSorted() : [prefix];
  const arns = families
    .flatMap((family) => state.definitions.get(family) ?? [])
    .filter((definition) => definition.status === status)
    .map(({ taskDefinitionArn }) => taskDefinitionArn);
  const { items, ...more } = page(input, optional(input, "sort") === "DESC" ? arns.toReversed() : arns);
  return { taskDefinitionArns: items, ...more };
}

/** A revision by `family` (its latest ACTIVE one), `family:revision` or ARN. */
export function findDefinition(state: State, given: string): Definition | undefined {
  const { family, revision } = parseFamily(given);
  const revisions = state.definitions.get(family) ?? [];
  return revision === undefined
    ? revisions.findLast(({ status }) => status === "ACTIVE")
    : revisions.find((each) => each.revision === revision);
}

/** A revision that may still be used; throws ClientException when there is none or it is INACTIVE. */
export function activeDefinition(state: State, given: string): Definition {
  const definition = findDefinition(state, given);
  if (definition === undefined) throw new AwsError("ClientException", "TaskDefinition not found.");
  if (definition.status !== "ACTIVE") throw new AwsError("ClientException", "TaskDefinition is inactive");
  return definition;
}
