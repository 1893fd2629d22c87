import { isMap } from "yaml";
import { editServices, onEcs, running, type Context, type Draft, type Edit } from "./draft.ts";
import { addBelow, commentOut, mark, replaceAt } from "./edits.ts";
import { environmentOf } from "./environment-entries.ts";
import type { ServiceRole } from "./roles.ts";
import { keysOf, servicesOf, type ServiceView } from "./services.ts";
import { partsOf, plain, resolved, sheetOf, type Sheet } from "./sheet.ts";

/** Gives services for people and for a release their profiles, and every other one except the entrance its ECS service. */
export function withEcsServices(draft: Draft, context: Context): Draft {
  const sheet = sheetOf(draft.text);
  const services = servicesOf(sheet);
  const text = services.reduce((current, service) => {
    const lines = linesFor(service, context.roles.get(service.name), named(sheet, services, service, context));
    return service.key("x-ecs") === undefined ? addBelow(current, ["services", service.name], lines) : current;
  }, draft.text);
  return withoutLostDependencies(withoutRequired({ ...draft, text }, context), context);
}

/** Lets variables of services that do not run on ECS stay unset: Compose refuses `${NAME:?…}` wherever it stands. */
function withoutRequired(draft: Draft, context: Context): Draft {
  return editServices(draft, context, ["managed", "tool", "job"], ({ part }) => {
    const apply = (text: string): string => {
      const optional = text.slice(part.start, part.end).replace(/\$\{(\w+):?\?[^{}]*\}/g, "${$1:-}");
      return replaceAt(text, [part.start, part.end], optional);
    };
    return [{ at: part.start, apply }];
  });
}

function linesFor(service: ServiceView, role: ServiceRole | undefined, found: boolean): readonly string[] {
  if (role?.kind === "tool") return [`${mark} ${role.why}; it does not run on ECS`, "profiles: [local]"];
  if (role?.kind === "job")
    return [
      `${mark} others wait for its end, and an ECS service does not end; do its work in a release service or by hand`,
      "profiles: [local]",
    ];
  if (role?.kind === "migration")
    return [
      `${mark} it runs once before each deployment, from the image that is about to be deployed`,
      "profiles: [release]",
    ];
  const ecs = `service: ${ecsName(service.name)}`;
  if (role?.kind === "api")
    return [
      `${mark} the load balancer sends these paths here and all others to the entrance`,
      "x-ecs:",
      `  ${ecs}`,
      `  balancer: { paths: [${role.paths.map((path) => JSON.stringify(path)).join(", ")}] }`,
    ];
  if (role?.kind === "own")
    return [`${mark} a separate ECS service, which others reach by its name`, "x-ecs:", `  ${ecs}`];
  if (role?.kind === "entry" && (found || service.key("extends") !== undefined))
    return [`${mark} a separate ECS service, which others reach by its name`, "x-ecs:", `  ${ecs}`];
  return [];
}

/** The name of an ECS service: 2 to 32 lower-case letters, digits and hyphens, beginning with a letter. */
function ecsName(name: string): string {
  const allowed = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 32);
  return allowed.length < 2 ? `${allowed}-service`.replace(/^-/, "") : allowed;
}

/** Whether another service on ECS names this one as an address. */
function named(sheet: Sheet, services: readonly ServiceView[], { name }: ServiceView, { roles }: Context): boolean {
  const pattern = new RegExp(`(^|[\\s/@=,"'(])${name}(:\\d+|/|$)`);
  return services.some(
    (other) =>
      other.name !== name &&
      running.includes(roles.get(other.name)?.kind ?? "kept") &&
      [other.command, ...environmentOf(sheet, other).map(({ value }) => value ?? "")].some((text) =>
        pattern.test(text),
      ),
  );
}

/** Takes out `depends_on` where the other service does not run next to this one. */
function withoutLostDependencies(draft: Draft, context: Context): Draft {
  return editServices(draft, context, onEcs, (service, sheet, role) => {
    const node = service.value("depends_on");
    if (node === undefined) return [];
    const parts = isMap(node) ? [...keysOf(sheet, node).values()] : partsOf(sheet, node);
    return parts.flatMap((part): readonly Edit[] => {
      const name = part.key ?? plain(resolved(sheet, part.node)) ?? "";
      const other = context.roles.get(name);
      if (role.kind !== "migration" && (other === undefined || running.includes(other.kind))) return [];
      return [{ at: part.start, apply: (text) => commentOut(text, part.start, lost(other, role)) }];
    });
  });
}

function lost(other: ServiceRole | undefined, role: ServiceRole): string {
  if (other?.kind === "migration") return "the pipeline runs it before each deployment";
  if (other?.kind === "managed") return "`up` creates it before the containers start";
  return role.kind === "migration" ? "a release service runs alone" : "it does not run on ECS";
}
