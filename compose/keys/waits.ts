import { dependenciesOf, type Dependency, type Written } from "../files/depends-on.ts";
import type { Report } from "../tree/problem.ts";
import type { ComposeFile, Service } from "./service.ts";

/** The dependencies of a service, without optional ones whose service is not in the task. */
export function writtenFor(service: Service, file: ComposeFile, report: Report): readonly Written[] {
  return dependenciesOf(service.keys, report).filter(
    ({ container, optional }) => optional !== true || runsBeside(service, container, file),
  );
}

/**
 * The containers of the same task that a service waits for, sorted; a release service waits only for the container
 * that writes its files.
 */
export function waitsOf(written: readonly Written[], service: Service, file: ComposeFile): readonly Dependency[] {
  const writes = (name: string): boolean =>
    file.services.some((other) => other.name === name && other.filesOf === service.name);
  return written
    .filter(({ container }) => (service.role === "task" ? runsBeside(service, container, file) : writes(container)))
    .map(({ container, condition }) => ({ container, condition }))
    .toSorted((a, b) => (a.container < b.container ? -1 : 1));
}

/** Whether a service of that name is in the same task, or both are release tasks. */
function runsBeside({ role, ecs }: Service, name: string, { services }: ComposeFile): boolean {
  return services.some((other) => other.name === name && other.role === role && other.ecs.service === ecs.service);
}
