import { asksHealth } from "../../keys/health-check.ts";
import type { Report } from "../../tree/problem.ts";
import type { ComposeFile } from "../../keys/service.ts";
import type { Draft } from "../draft.ts";

/** Reports every dependency that cannot be waited for. */
export function checkDependencies(drafts: readonly Draft[], file: ComposeFile, report: Report): void {
  const services = new Map(file.services.map((service) => [service.name, service]));
  const healthy = new Set(drafts.filter(({ service }) => asksHealth(service.keys)).map(({ service }) => service.name));
  const before = new Set<string>();
  for (const { service, dependencies } of drafts) {
    for (const { container, condition, at } of dependencies) {
      const other = services.get(container);
      const role = other?.role;
      // A dependency on something that is not a service is reported with what Compose refuses.
      if (role === undefined) continue;
      if (service.role === "task" && role === "release") {
        report(
          at,
          `"${container}" is a release task and has ended before "${service.name}" starts; write "required: false", or remove the dependency`,
        );
      } else if (service.role === "task" && role !== "task") {
        report(
          at,
          `"${container}" has a profile and is not in the task of "${service.name}"; remove the dependency or the profile, or write "required: false"`,
        );
      } else if (service.role === "release" && role === "task") {
        report(at, `"${service.name}" runs alone, before "${container}" is deployed; remove the dependency`);
      } else if (
        service.role === "release" &&
        role === "release" &&
        !before.has(container) &&
        container !== service.name
      ) {
        report(at, `release services run in the order of the file; write "${container}" before "${service.name}"`);
      } else if (service.role === "task" && other?.ecs.service !== service.ecs.service) {
        // Any other condition is an order of start, which is ignored (ignored-values.ts).
        if (condition === "SUCCESS")
          report(
            at,
            `"${container}" runs in another ECS service, which restarts a container that has ended, so no other container can wait for its end; give "${container}" the profile "release", or put both into one ECS service`,
          );
      } else if (service.role === "task" && condition === "HEALTHY" && !healthy.has(container)) {
        report(at, `"${container}" has no health check to wait for; give it one or wait for service_started`);
      }
    }
    before.add(service.name);
  }
}
