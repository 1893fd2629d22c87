import { isMap } from "yaml";
import { edited, running, type Context, type Draft, type Edit } from "./draft.ts";
import { noteAbove } from "./edits.ts";
import { environmentOf } from "./environment-entries.ts";
import { knownImage } from "./known-images.ts";
import { migrates } from "./migrations.ts";
import { servicesOf, valueOf, type ServiceView } from "./services.ts";
import { partsOf, plain, sheetOf, type Sheet } from "./sheet.ts";

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
