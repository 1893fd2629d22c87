import { dependenciesOf, reportCycles } from "../depends-on.ts";
import { isText } from "../../tree/fields.ts";
import type { Report } from "../../tree/problem.ts";
import { entriesIn, valueOf } from "../../tree/tree.ts";
import type { Checked } from "../role.ts";

/**
 * Reports dependencies on services that do not exist in a build, and dependencies in a circle; `looked` are the
 * services whose dependencies are checked.
 */
export function checkDependsOn(looked: readonly Checked[], all: readonly Checked[], report: Report): void {
  const services = new Map(all.map((service) => [service.name, service]));
  const written = new Map(looked.map((service) => [service, dependenciesOf(service.keys, report)]));
  for (const [service, dependencies] of written) {
    for (const { container, at, optional } of dependencies) {
      const other = services.get(container);
      if (other === undefined)
        report(at, `"${service.name}" depends on "${container}", which is not a service; correct or remove it`);
      else if (service.role === "test" && !other.active && optional !== true)
        report(
          at,
          `"${container}" has no profile that is active in a build; add "test" to its profiles, or write "required: false"`,
        );
    }
    checkContexts(service, services, report);
  }
  // A release service runs alone, so a circle never has services of both kinds.
  for (const active of [true, false]) {
    const alike = [...written].filter(([service]) => service.active === active);
    reportCycles(new Map(alike.map(([{ name }, dependencies]) => [name, dependencies])), report);
  }
}

/** Reports a build context that is the image of a service, if a build does not build that service. */
function checkContexts({ keys }: Checked, services: ReadonlyMap<string, Checked>, report: Report): void {
  const build = valueOf(keys, "build");
  for (const { value } of build?.kind === "mapping" ? entriesIn(build, "additional_contexts") : []) {
    const given = isText(value) ? value.pieces.join("") : "";
    const name = given.replace(/^service:/, "");
    if (name === given) continue;
    const other = services.get(name);
    const remedy = 'name a service with "build" and without profiles';
    if (other === undefined) report(value.at, `the context "${given}" is not a service; ${remedy}`);
    else if (!other.active)
      report(value.at, `the context "${given}" has no profile that is active in a build; ${remedy}`);
    else if (valueOf(other.keys, "build") === undefined)
      report(value.at, `the context "${given}" is not built here; ${remedy}`);
  }
}
