import {
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  type ContainerDefinition,
  type ECSClient,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { lastPart } from "../../build/verdict/arn.ts";
import { isAwsError } from "../../build/verdict/aws-error.ts";
import { ownLabels, templateLabel } from "../../compose/index.ts";

/** A revision of a task definition family. */
export interface RevisionView {
  /** As `family:revision`. */
  readonly name: string;
  readonly number: number;
  readonly active: boolean;
  readonly registeredAt: Date | undefined;
  /** CPU units and MiB of memory of a task. */
  readonly cpu: string;
  readonly memory: string;
  /** ARNs of its execution role and its task role. */
  readonly roles: readonly string[];
  /** All other members of the task definition, as in ECS's API. */
  readonly settings: Settings;
  readonly containers: readonly ContainerView[];
}

export interface ContainerView {
  readonly name: string;
  readonly image: string;
  /** Plain values of environment variables, by name. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where ECS reads a secret's value: never the value itself. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Hash of the template that the revision was created from; undefined if it has no such label. */
  readonly template: string | undefined;
  /** All other members of the container definition, as in ECS's API. */
  readonly settings: Settings;
}

/** Members of a definition, by their names in ECS's API. */
export type Settings = Readonly<Record<string, unknown>>;

/** Reads one revision, given as `family:revision`, or the newest one of a family: one call. */
export const readRevision = async (client: ECSClient, taskDefinition: string): Promise<RevisionView> =>
  revisionView(await readDefinition(client, taskDefinition));

/** A revision, from its definition in ECS. */
export const revisionView = (definition: TaskDefinition): RevisionView => ({
  name: lastPart(definition.taskDefinitionArn),
  number: definition.revision ?? 0,
  active: definition.status === "ACTIVE",
  registeredAt: definition.registeredAt,
  cpu: definition.cpu ?? "",
  memory: definition.memory ?? "",
  roles: [definition.executionRoleArn, definition.taskRoleArn].filter((role) => role !== undefined),
  settings: taskSettings(definition),
  containers: (definition.containerDefinitions ?? []).map(containerView),
});

/** Reads the definition of a revision: one call. */
export async function readDefinition(client: ECSClient, taskDefinition: string): Promise<TaskDefinition> {
  return (await client.send(new DescribeTaskDefinitionCommand({ taskDefinition }))).taskDefinition ?? {};
}

/** Reads the definition of a revision; undefined if ECS no longer has it, whether it is inactive or deleted: one call. */
export async function findDefinition(client: ECSClient, taskDefinition: string): Promise<TaskDefinition | undefined> {
  try {
    return await readDefinition(client, taskDefinition);
  } catch (error) {
    // The answer of DescribeTaskDefinition for a revision that does not exist (ECS API reference, its errors).
    if (isAwsError(error, "ClientException")) return undefined;
    throw error;
  }
}

/**
 * What ECS adds to each revision that it registers (ECS API reference, TaskDefinition), and what is compared
 * separately.
 */
const notTold: ReadonlySet<string> = new Set([
  ...["taskDefinitionArn", "family", "revision", "status", "registeredAt", "registeredBy", "deregisteredAt"],
  ...["compatibilities", "requiresAttributes", "cpu", "memory", "containerDefinitions"],
]);

const taskSettings = (definition: TaskDefinition): Settings =>
  Object.fromEntries(Object.entries(definition).filter(([name]) => !notTold.has(name)));

function containerView(container: ContainerDefinition): ContainerView {
  const { name = "", image = "", environment = [], secrets = [], dockerLabels = {}, ...settings } = container;
  const labels = Object.entries(dockerLabels).filter(([label]) => !label.startsWith(ownLabels));
  return {
    name,
    image,
    template: dockerLabels[templateLabel],
    environment: Object.fromEntries(environment.map(({ name: variable = "", value = "" }) => [variable, value])),
    secrets: Object.fromEntries(secrets.map(({ name: variable = "", valueFrom = "" }) => [variable, valueFrom])),
    settings: { ...settings, ...(labels.length > 0 && { dockerLabels: Object.fromEntries(labels) }) },
  };
}

/** The ACTIVE revisions of a family, newest first; each is read when it is requested. */
export async function* revisionsOf(client: ECSClient, family: string): AsyncGenerator<RevisionView> {
  for await (const revision of revisionNames(client, family)) yield await readRevision(client, revision);
}

/** The names `family:revision` of a family's ACTIVE revisions, newest first: one call for each hundred. */
export async function* revisionNames(client: ECSClient, familyPrefix: string): AsyncGenerator<string> {
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListTaskDefinitionsCommand({ familyPrefix, sort: "DESC", status: "ACTIVE", nextToken }),
    );
    yield* (page.taskDefinitionArns ?? []).map(lastPart);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}
