import {
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  type ContainerDefinition,
  type ECSClient,
} from "@aws-sdk/client-ecs";
import { templateLabel } from "../compose/index.ts";
import { lastPart } from "./service-view.ts";

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
  /** ARNs of the roles that start its tasks and that they act as. */
  readonly roles: readonly string[];
  readonly containers: readonly ContainerView[];
}

export interface ContainerView {
  readonly name: string;
  readonly image: string;
  /** Plain values, by variable. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where ECS reads a secret's value: never the value itself. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Hash of the template that the revision was made from; undefined where nobody labelled it. */
  readonly template: string | undefined;
}

/** Looks at one revision, given as `family:revision`, or at the newest one of a family: one call. */
export async function readRevision(client: ECSClient, taskDefinition: string): Promise<RevisionView> {
  const { taskDefinition: found } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return {
    name: lastPart(found?.taskDefinitionArn),
    number: found?.revision ?? 0,
    active: found?.status === "ACTIVE",
    registeredAt: found?.registeredAt,
    cpu: found?.cpu ?? "",
    memory: found?.memory ?? "",
    roles: [found?.executionRoleArn, found?.taskRoleArn].filter((role) => role !== undefined),
    containers: (found?.containerDefinitions ?? []).map(containerView),
  };
}

const containerView = (container: ContainerDefinition): ContainerView => ({
  name: container.name ?? "",
  image: container.image ?? "",
  environment: Object.fromEntries((container.environment ?? []).map(({ name = "", value = "" }) => [name, value])),
  secrets: Object.fromEntries((container.secrets ?? []).map(({ name = "", valueFrom = "" }) => [name, valueFrom])),
  template: container.dockerLabels?.[templateLabel],
});

/** Revisions of a family that are ACTIVE, newest first, each read when it is asked for. */
export async function* revisionsOf(client: ECSClient, family: string): AsyncGenerator<RevisionView> {
  for await (const revision of revisionNames(client, family)) yield await readRevision(client, revision);
}

/** Names of a family's revisions that are ACTIVE, newest first, as `family:revision`: one call for each hundred. */
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
