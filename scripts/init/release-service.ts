import { isMap, stringify } from "yaml";
import { join } from "node:path";
import { pair } from "./add-variables.ts";
import { running, type Context, type Draft } from "./draft.ts";
import { addBelow, mark } from "./edits.ts";
import { environmentOf } from "./environment-entries.ts";
import { imageName } from "./images.ts";
import { findMigration, migratingStep } from "./migrations.ts";
import { servicesOf, type ServiceView } from "./services.ts";
import { blockOf, endOf, isReadable, plain, sheetOf, type Sheet } from "./sheet.ts";

/** Adds a release service for a migration that the application's files or commands have, unless there is one already. */
export function withRelease(draft: Draft, context: Context): Draft {
  const sheet = sheetOf(draft.text);
  const services = servicesOf(sheet);
  if (services.some(({ profiles }) => profiles.includes("release"))) return draft;
  const built = services.filter(
    ({ name, key }) => key("build") !== undefined && running.includes(context.roles.get(name)?.kind ?? "kept"),
  );
  const found = built.flatMap((service) => {
    const step = migratingStep(service.command);
    const started = step === undefined ? undefined : { command: step, from: `the command of "${service.name}"` };
    const migration = findMigration(join(context.folder, contextOf(service)), context.files) ?? started;
    return migration === undefined ? [] : [{ service, migration }];
  })[0];
  if (found === undefined) return draft;
  const { service, migration } = found;
  const image = service.text("image") ?? imageName(context, service.name);
  const name = services.some((other) => other.name === "migrate") ? "migrate-release" : "migrate";
  const withImage =
    service.key("image") === undefined
      ? addBelow(draft.text, ["services", service.name], [`image: ${image}`])
      : draft.text;
  return {
    ...draft,
    text: appended(withImage, lines(sheetOf(withImage), { name, image, ...migration }, service.name)),
  };
}

/** The folder in which a service is built. */
function contextOf(service: ServiceView): string {
  const build = service.value("build");
  return isMap(build) ? (plain(build.get("context", true)) ?? ".") : (plain(build) ?? ".");
}

interface Release {
  readonly name: string;
  readonly image: string;
  readonly command: string;
  readonly from: string;
}

function lines(sheet: Sheet, { name, image, command, from }: Release, of: string): readonly string[] {
  const service = servicesOf(sheet).find((one) => one.name === of);
  const variables = service === undefined ? [] : environmentOf(sheet, service);
  const entries = variables.map((entry) => `      ${pair({ name: entry.name, value: entry.value })}`);
  return [
    `  ${mark} ${from} looks like a migration; it runs once before each deployment, from the image that is about to be deployed`,
    `  ${name}:`,
    "    profiles: [release]",
    `    image: ${image}`,
    `    command: ${stringify(command, { lineWidth: 0 }).trim()}`,
    ...(entries.length === 0 ? [] : ["    environment:", ...entries]),
  ];
}

/** Writes lines behind the last service. */
function appended(text: string, added: readonly string[]): string {
  const sheet = sheetOf(text);
  const last = servicesOf(sheet).at(-1);
  const block = last && blockOf(sheet, last.part);
  if (last === undefined || block === undefined) return text;
  const at = sheet.rowAt(endOf(text, null, last.part.end) - 1) + 1;
  const indented = added.map((line) => line.replace(/^ {2}/, block.indent));
  const result = [...sheet.rows.slice(0, at), "", ...indented, ...sheet.rows.slice(at)].join("\n");
  return isReadable(result) ? result : text;
}
