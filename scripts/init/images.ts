import { isMap } from "yaml";
import { editServices, onEcs, type Context, type Draft } from "./draft.ts";
import { addBelow, commentOut, noteAbove, replaceAt } from "./edits.ts";
import { servicesOf, valueOf } from "./services.ts";
import { sheetOf } from "./sheet.ts";

/** Gives images that are built here, and that are named by a variable without a value, a name of their own. */
export function withImageNames(draft: Draft, context: Context): Draft {
  const sheet = sheetOf(draft.text);
  const names = new Map<string, string>();
  for (const service of servicesOf(sheet)) {
    const image = service.text("image") ?? "";
    if (service.key("build") === undefined || !open.test(image) || names.has(image)) continue;
    names.set(image, imageName(context, service.name));
  }
  return editServices(draft, context, onEcs, (service, inside) => {
    const part = service.key("image");
    const name = names.get(service.text("image") ?? "");
    const value = part && valueOf(inside, part);
    const range = isMap(value) ? undefined : value?.range;
    if (part === undefined || name === undefined || !range) return [];
    const why = "the pipeline gives the image the commit's tag";
    return [
      { at: part.start, apply: (text) => noteAbove(replaceAt(text, [range[0], part.end], name), part.start, why) },
    ];
  });
}

/** Builds an image that several services share once, and gives it a name. */
export function withSharedImages(draft: Draft, context: Context): Draft {
  const sheet = sheetOf(draft.text);
  const builders = new Map<string, string>();
  let text = draft.text;
  for (const service of servicesOf(sheet)) {
    const part = service.key("build");
    const within = part !== undefined && part.start >= service.part.start && part.end <= service.part.end;
    if (
      !within ||
      service.key("image") !== undefined ||
      !onEcs.includes(context.roles.get(service.name)?.kind ?? "kept")
    )
      continue;
    const build = JSON.stringify(service.value("build"));
    const first = builders.get(build);
    if (first === undefined) builders.set(build, service.name);
    else text = shared(text, first, service.name, imageName(context, first));
  }
  return { ...draft, text };
}

/** The name of the image that a service builds. */
export const imageName = ({ app }: Pick<Context, "app">, service: string): string =>
  `${app}/${service.toLowerCase().replace(/[^a-z0-9]+/g, "-")}`;

/** Lets a service use the image that another one builds. */
function shared(text: string, builder: string, user: string, image: string): string {
  const services = (current: string) => servicesOf(sheetOf(current));
  const find = (current: string, name: string) => services(current).find((one) => one.name === name);
  const named =
    find(text, builder)?.key("image") === undefined ? addBelow(text, ["services", builder], [`image: ${image}`]) : text;
  const part = find(named, user)?.key("build");
  if (part === undefined) return named;
  const why = `"${builder}" builds the same image`;
  return addBelow(commentOut(named, part.start, why), ["services", user], [`image: ${image}`]);
}

/** A variable without a default, other than the tag that a build sets. */
const open = /\$(?!IMAGE_TAG\b)[A-Za-z_]|\$\{(?!IMAGE_TAG\b)\w+(:?\?[^}]*)?\}/;
