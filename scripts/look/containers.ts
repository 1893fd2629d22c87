import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { Refusal } from "../kit/refusal.ts";
import { readRevision, type RevisionView } from "./revision-view.ts";
import { readServices } from "./service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Clients } from "../verb/surroundings.ts";

/** A container of an environment, and the task definition family that it is of. */
export interface KnownContainer {
  readonly family: string;
  readonly container: string;
}

/**
 * The revisions that an environment starts tasks from: each ECS service's, then the one that Migrate bases each release
 * task's on. A stack of an older program does not say that one, and its Migrate takes the newest of the family.
 */
export async function readRevisions(names: StackNames, { ecs }: Clients): Promise<readonly RevisionView[]> {
  const services = await readServices(ecs, names.cluster, names.services);
  return await Promise.all(
    [
      ...services.map(({ revision }) => revision),
      ...names.releaseFamilies.map((family) => names.madeRevisions[family] ?? family),
    ].map((name) => readRevision(ecs, name)),
  );
}

/** The containers of some revisions, in their order. */
export const containersIn = (revisions: readonly RevisionView[]): readonly KnownContainer[] =>
  revisions.flatMap(({ name, containers }) =>
    containers.map((container) => ({ family: name.replace(/:\d+$/, ""), container: container.name })),
  );

/** The stack's ECS service by its name, whole or as in `x-ecs`; without one, the only one there is. */
export function chosenService(
  verb: string,
  { services, cluster }: Pick<StackNames, "services" | "cluster">,
  given: string | undefined,
): string {
  const [only = "", ...others] = services;
  if (given === undefined) {
    if (others.length === 0) return only;
    // The environment's own has the cluster's name.
    if (services.includes(cluster)) return cluster;
    throw new Refusal(`${verb}: there are several ECS services; give --service, one of ${services.join(", ")}`);
  }
  const found = services.find((name) => name === given || name === `${cluster}-${given}`);
  if (found !== undefined) return found;
  throw new Refusal(`--service ${given}: there is no such ECS service; choose from ${services.join(", ")}`);
}

/** A container of a task definition by its name; without one, the only one that stays: others may wait for the end of the rest. */
export function chosenContainer(verb: string, all: readonly ContainerDefinition[], given: string | undefined): string {
  const there = all.map(({ name = "" }) => name);
  if (given !== undefined) {
    if (there.includes(given)) return given;
    throw new Refusal(`--container ${given}: there is no such container; choose from ${there.join(", ")}`);
  }
  const awaited = all.flatMap(({ dependsOn = [] }) =>
    dependsOn.flatMap(({ containerName, condition }) =>
      /^(SUCCESS|COMPLETE)$/.test(condition ?? "") ? containerName : [],
    ),
  );
  const staying = there.filter((name) => !awaited.includes(name));
  const [only = "", ...others] = staying;
  if (others.length === 0) return only;
  throw new Refusal(`${verb}: the task has several containers; give --container, one of ${staying.join(", ")}`);
}
