import { checkDefinitionSize } from "./definition-size.ts";
import { checkEnds } from "../ends-at-once.ts";
import type { Report } from "../../tree/problem.ts";
import type { Draft } from "../draft.ts";

/** The maximum number of containers in a task definition. */
const mostContainers = 10;

/** Reports containers that cannot run together in one task. */
export function checkTask(task: readonly Draft[], report: Report): void {
  const beyond = task[mostContainers];
  if (beyond !== undefined) {
    report(
      beyond.service.at,
      `a task has at most ${mostContainers} containers, not ${task.length}; give services for people a profile`,
    );
  }
  const byPlace = task.toSorted((a, b) => a.service.at.line - b.service.at.line);
  checkDefinitionSize(byPlace, report);
  checkPorts(byPlace, report);
  checkProcesses(byPlace, report);
  checkNetworkControls(byPlace, report);
  checkProcessors(byPlace, report);
  checkRestarts(byPlace, report);
  checkEnds(byPlace, report);
}

function checkPorts(task: readonly Draft[], report: Report): void {
  const taken = new Map<number, string>();
  for (const { service, ports } of task) {
    for (const { port, at } of [...ports.published, ...ports.exposed]) {
      const other = taken.get(port) ?? service.name;
      if (other !== service.name) {
        report(
          at,
          `"${other}" and "${service.name}" both listen on ${port}, but share one network; give one of them another port`,
        );
      }
      taken.set(port, other);
    }
  }
}

function checkProcesses(task: readonly Draft[], report: Report): void {
  for (const { sharesWith } of task) {
    if (sharesWith !== undefined && !task.some(({ service }) => service.name === sharesWith.service))
      report(sharesWith.at, `"${sharesWith.service}" is not in the same task; name a service that is, or remove "pid"`);
  }
}

/**
 * Reports kernel parameters of the network that two containers set differently: the task has one network, and the last
 * container to start would win (SystemControl, API reference).
 */
function checkNetworkControls(task: readonly Draft[], report: Report): void {
  const set = new Map<string, { readonly value: string; readonly by: string }>();
  for (const { service, container } of task) {
    for (const [key, value] of Object.entries(container.systemControls ?? {})) {
      const other = set.get(key);
      if (key.startsWith("net.") && other !== undefined && other.value !== value) {
        report(
          service.at,
          `"${other.by}" and "${service.name}" set ${key} differently, but share one network; write one value`,
        );
      }
      set.set(key, other ?? { value, by: service.name });
    }
  }
}

function checkProcessors(task: readonly Draft[], report: Report): void {
  const [first, ...others] = task.filter(({ container }) => container.processor !== undefined);
  for (const { service, container } of others) {
    if (container.processor === first?.container.processor) continue;
    report(
      service.at,
      `"${first?.service.name ?? ""}" and "${service.name}" are for different platforms, but a task has one processor; choose one`,
    );
  }
}

/** Reports a container that would be restarted although others wait for its end. */
function checkRestarts(task: readonly Draft[], report: Report): void {
  const awaited = new Set(
    task.flatMap(({ container }) =>
      container.dependsOn.flatMap((each) => (each.condition === "SUCCESS" ? [each.container] : [])),
    ),
  );
  for (const { service, restart } of task) {
    if (restart !== undefined && restart.ignoredExitCodes.length === 0 && awaited.has(service.name))
      report(
        restart.at,
        `other services wait for the end of "${service.name}", which would be restarted; write on-failure or no`,
      );
  }
}
