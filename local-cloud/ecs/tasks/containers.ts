import type { KeyValuePair } from "@aws-sdk/client-ecs";
import type { Container, ContainerState, Definition, Health, StopReason, Task } from "../kit/state.ts";

/** Environment of a container: the definition's, the secrets', then the overrides'. */
export function environmentOf(
  container: Container,
  secrets: Readonly<Record<string, string>>,
  overrides: readonly KeyValuePair[] = [],
): Readonly<Record<string, string>> {
  const pairs = (list: readonly KeyValuePair[]) =>
    Object.fromEntries(list.map(({ name, value }) => [name ?? "", value ?? ""]));
  return { ...pairs(container.environment ?? []), ...secrets, ...pairs(overrides) };
}

/** Whether a container's dependencies are met, can never be met, or may still be met. */
export function dependencies(
  container: Container,
  states: readonly ContainerState[],
): "met" | "impossible" | "waiting" {
  const each = (container.dependsOn ?? []).map(({ containerName, condition }) => {
    const state = states.find(({ name }) => name === containerName);
    if (state === undefined) return "impossible";
    const { status, exitCode, health } = state;
    if (condition === "START") return status === "PENDING" ? "waiting" : "met";
    if (condition === "HEALTHY") {
      if (status === "STOPPED" || health === "UNHEALTHY") return "impossible";
      return health === "HEALTHY" ? "met" : "waiting";
    }
    if (status !== "STOPPED") return "waiting";
    return condition === "COMPLETE" || exitCode === 0 ? "met" : "impossible";
  });
  return each.includes("impossible") ? "impossible" : each.includes("waiting") ? "waiting" : "met";
}

/** Whether the end of this container ends its task. */
export function isEssential(container: Container | undefined): boolean {
  return container?.essential !== false;
}

/**
 * Whether ECS starts a container that ended again: by its restart policy, if it ran long enough (ContainerRestartPolicy,
 * API reference).
 */
export function isRestarted(container: Container | undefined, exitCode: number, ranSeconds: number): boolean {
  const { enabled, ignoredExitCodes = [], restartAttemptPeriod = 300 } = container?.restartPolicy ?? {};
  return enabled === true && !ignoredExitCodes.includes(exitCode) && ranSeconds >= restartAttemptPeriod;
}

/** A task's health after ECS's rule: that of its essential containers that have a health check, the worst first. */
export function taskHealth(definition: Definition, states: readonly ContainerState[]): Health {
  const checked = definition.containerDefinitions.filter(
    (container) => isEssential(container) && container.healthCheck?.command?.length,
  );
  const healths = checked.map(({ name }) => states.find((state) => state.name === name)?.health ?? "UNKNOWN");
  if (healths.includes("UNHEALTHY")) return "UNHEALTHY";
  return healths.length === 0 || healths.includes("UNKNOWN") ? "UNKNOWN" : "HEALTHY";
}

/** Whether no health check of its essential containers is still to pass. */
export function containersAreHealthy({ definition, containers }: Task): boolean {
  const unchecked = definition.containerDefinitions.every(
    (container) => !isEssential(container) || !container.healthCheck?.command?.length,
  );
  return unchecked || taskHealth(definition, containers) === "HEALTHY";
}

/** The reason that ECS gives when a container was killed for its memory. */
export const outOfMemory = "OutOfMemoryError: Container killed due to memory usage";

/** Why the end of an essential container ends its task. */
export const essentialExited: StopReason = {
  code: "EssentialContainerExited",
  reason: "Essential container in task exited",
  failure: true,
};

/** Names of the containers that must stop before this one: those that depend on it. */
export function dependants(definition: Definition, name: string): readonly string[] {
  return definition.containerDefinitions
    .filter(({ dependsOn }) => dependsOn?.some(({ containerName }) => containerName === name))
    .map((container) => container.name);
}
