import { isMap } from "yaml";
import { edited, editServices, onEcs, running, type Context, type Draft, type Edit } from "./draft.ts";
import { addBelow, commentOut, mark, noteAbove } from "./edits.ts";
import { environmentOf } from "./environment-entries.ts";
import { knownImage } from "./known-images.ts";
import { migrates } from "./migrations.ts";
import type { ServiceRole } from "./roles.ts";
import { keysOf, servicesOf, valueOf, type ServiceView } from "./services.ts";
import { partsOf, plain, resolved, sheetOf, type Sheet } from "./sheet.ts";

/** Gives services for people and for a release their profiles, and every other one except the entrance its ECS service. */
export function withEcsServices(draft: Draft, context: Context): Draft {
  const sheet = sheetOf(draft.text);
  const services = servicesOf(sheet);
  const text = services.reduce((current, service) => {
    const lines = linesFor(service, context.roles.get(service.name), named(sheet, services, service, context));
    return service.key("x-ecs") === undefined ? addBelow(current, ["services", service.name], lines) : current;
  }, draft.text);
  return withoutLostDependencies({ ...draft, text }, context);
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

/** Notes at lines that look as if they were meant for one machine. */
export function withNotes(draft: Draft, context: Context): Draft {
  const sheet = sheetOf(draft.text);
  const edits = servicesOf(sheet).flatMap((service) => {
    if (!running.includes(context.roles.get(service.name)?.kind ?? "kept")) return [];
    return [
      ...commandNotes(service),
      ...targetNotes(sheet, service),
      ...developmentNotes(sheet, service),
      ...dataNotes(service),
    ];
  });
  return { ...draft, text: edited(draft.text, edits) };
}

const note = (at: number, why: string): Edit => ({ at, apply: (text) => noteAbove(text, at, why) });

function commandNotes(service: ServiceView): readonly Edit[] {
  const part = service.key("command") ?? service.key("entrypoint");
  if (part === undefined) return [];
  if (migrates(service.command))
    return [
      note(
        part.start,
        "every task would migrate at its start; take it out, a service with the profile release does it",
      ),
    ];
  return laptop.test(service.command)
    ? [note(part.start, "this looks like a server for development; write the command for other people's requests")]
    : [];
}

const laptop =
  /\brun\s+(dev|watch|start:dev|serve:dev)\b|\b(npm|yarn|pnpm) dev\b|\bnodemon\b|\brunserver\b|--reload\b|\bflask run\b|--debug\b|\bair\b|\bwebpack(-dev-server| serve)\b|\bng serve\b|\bvite\b|artisan serve\b/;

function targetNotes(sheet: Sheet, service: ServiceView): readonly Edit[] {
  const build = service.value("build");
  if (!isMap(build)) return [];
  const part = partsOf(sheet, build).find(({ key }) => key === "target");
  return part !== undefined && /^(dev|development|local|debug)/.test(plain(valueOf(sheet, part)) ?? "")
    ? [note(part.start, "this stage is for development; name the one for other people's requests")]
    : [];
}

/** A server that keeps data in a volume of its task. */
function dataNotes(service: ServiceView): readonly Edit[] {
  const part = service.key("volumes");
  const server = service.key("build") === undefined && knownImage(service.text("image") ?? "").port !== undefined;
  if (part === undefined || !server) return [];
  const why =
    "its data ends with its task; use a server outside of ECS, or keep the volume on EFS (x-ecs: { efs: … } below the volume)";
  return [note(part.start, why)];
}

function developmentNotes(sheet: Sheet, service: ServiceView): readonly Edit[] {
  return environmentOf(sheet, service).flatMap(({ name, value = "", at }) => {
    const mode = /^(NODE|RAILS|RACK|APP|FLASK|DJANGO|SYMFONY|ENVIRONMENT|ASPNETCORE)_?(ENV|ENVIRONMENT)?$/.test(name);
    const isDevelopment = mode
      ? /^(dev|development|local)$/i.test(value)
      : /^(\w+_)?DEBUG$/.test(name) && /^(1|true|yes)$/i.test(value);
    return isDevelopment ? [note(at, "this is for development")] : [];
  });
}
