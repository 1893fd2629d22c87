import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { Refusal } from "../kit/refusal.ts";
import { readRevision, type RevisionView } from "./revision-view.ts";
import { readServices } from "./service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Clients } from "../verb/surroundings.ts";

/** A container of an environment, and its task definition family. */
export interface KnownContainer {
  readonly family: string;
  readonly container: string;
}

/**
 * The revisions from which an environment starts tasks: that of each ECS service, then for each release task the one
 * that Migrate uses as a base. The outputs of a stack of an older program do not have the latter; Migrate then uses the
 * newest of the family.
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

/** The containers of these revisions, in order. */
export const containersIn = (revisions: readonly RevisionView[]): readonly KnownContainer[] =>
  revisions.flatMap(({ name, containers }) =>
    containers.map((container) => ({ family: name.replace(/:\d+$/, ""), container: container.name })),
  );

/**
 * The full name of an ECS service, given by that name or by the one in `x-ecs`; without a name, the only ECS service.
 */
export function chosenService(
  verb: string,
  { services, cluster }: Pick<StackNames, "services" | "cluster">,
  given: string | undefined,
): string {
  const [only = "", ...others] = services;
  if (given === undefined) {
    if (others.length === 0) return only;
    // The service without a name in `x-ecs` is named like the cluster.
    if (services.includes(cluster)) return cluster;
    throw new Refusal(`${verb}: there are several ECS services; give --service, one of ${services.join(", ")}`);
  }
  const found = services.find((name) => name === given || name === `${cluster}-${given}`);
  if (found !== undefined) return found;
  throw new Refusal(`--service ${given}: there is no such ECS service; choose from ${services.join(", ")}`);
}

/**
 * The name of a container of a task definition; without a name, the only one that keeps running: containers whose end
 * others wait for are not counted.
 */
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
