import { checkDefinitionSize } from "./check-definition-size.ts";
import { checkEnds } from "./ends-at-once.ts";
import type { Report } from "../tree/problem.ts";
import type { Draft } from "./draft.ts";

/** The most containers a task definition may have. */
const mostContainers = 10;

/** Reports what containers cannot do beside each other in one task. */
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

/** Those of the network are the task's: the container that starts last would decide (SystemControl, API reference). */
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

/** A container that others wait for to end must not be started again. */
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
