import { field, knownText } from "../tree/fields.ts";
import { groupBy } from "../tree/group-by.ts";
import type { Note } from "./lenders.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Value } from "../tree/tree.ts";
import type { Service } from "./service.ts";

/** An image that is built from this file. */
export interface Image {
  readonly name: string;
  /** The name that `docker compose build` tags; variables that only a build knows appear in it as `${NAME}`. */
  readonly local: string;
  /** The services that build it, those of tasks first. */
  readonly services: readonly string[];
}

/** Where a container's image comes from: built here, by the image's name, or a reference to one that exists. */
export type ImageSource = { readonly built: string } | { readonly reference: string };

/** The Compose project whose name a build sets, so that the local names of images are known. */
export const composeProject = "compose-ecs-pipeline";

/** Name of the variable that tells a build an image's repository URI, such as `REPOSITORY_WEB`. */
export function repositoryVariable(image: string): string {
  return `REPOSITORY_${image.toUpperCase().replace(/[^A-Z0-9]/g, "_")}`;
}

/** The images built here, sorted by name, and where each service's image comes from. */
export function imagesOf(
  services: readonly Service[],
  report: Report,
): {
  readonly images: readonly Image[];
  readonly sources: ReadonlyMap<string, ImageSource>;
  /** Images that are built more than once. */
  readonly notes: readonly Note[];
} {
  const wants = services.map((service) => want(service, report));
  const built = new Map<string, Want>();
  for (const wanted of wants) {
    if (wanted.build === undefined) continue;
    const first = built.get(wanted.name) ?? wanted;
    if (wanted.build !== first.build || wanted.local !== first.local) {
      report(
        wanted.at,
        `image "${wanted.name}" is built differently by "${first.service}"; give one of them another image name`,
      );
    }
    built.set(wanted.name, first);
  }
  checkNames([...built.values()], report);
  const images = [...built.values()].map(({ name, local }) => ({
    name,
    local,
    services: wants
      .filter((wanted) => wanted.build !== undefined && wanted.name === name)
      .map(({ service }) => service),
  }));
  const sources = new Map(wants.map((wanted) => [wanted.service, source(wanted, [...built.values()], report)]));
  return {
    images: images.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    sources,
    notes: sameBuilds([...built.values()]),
  };
}

/** Notes about images whose builds are the same. */
function sameBuilds(built: readonly Want[]): readonly Note[] {
  return [...groupBy(built, ({ build }) => build).values()].flatMap(([first, ...others]) => {
    const [second] = others;
    if (first === undefined || second === undefined) return [];
    const names = others.map(({ service }) => `"${service}"`).join(", ");
    const where = first.given === undefined ? "each" : `${names}, too`;
    const message = `the build of ${names} is the same as that of "${first.service}", but each is built and pushed; write "image: ${first.given ?? first.service}" in ${where}, so that one build is enough`;
    return [{ at: second.at, message }];
  });
}

/** Compose's defaults for keys that a build leaves out. */
const usual = { dockerfile: "Dockerfile" };

/** The image that a service names or builds. */
interface Want {
  readonly service: string;
  readonly at: Position;
  readonly name: string;
  readonly local: string;
  /** Its image as the file spells it; undefined when it has none. */
  readonly given: string | undefined;
  /** Its build section in one spelling; undefined when it has none. */
  readonly build: string | undefined;
  /** The first variable in its image that only a build knows. */
  readonly buildOnly: string | undefined;
}

function want(service: Service, report: Report): Want {
  const image = field(service.keys, "image");
  const build = field(service.keys, "build");
  const given = image?.value;
  const reference = given && rendered(given, '"image"', report);
  if (image === undefined && build === undefined)
    report(service.at, `service "${service.name}" has no image; write "image" or "build"`);
  const local = reference === undefined ? `${composeProject}-${service.name}` : withTag(reference);
  return {
    service: service.name,
    at: given?.at ?? build?.at ?? service.at,
    name: reference === undefined ? service.name : imageName(reference),
    local,
    given: given?.kind === "scalar" ? given.written : undefined,
    build: build && JSON.stringify({ ...usual, ...(spelledOut(build.value, report) as object) }),
    buildOnly: given?.kind === "scalar" ? given.pieces.find((piece) => typeof piece === "object")?.variable : undefined,
  };
}

function source(
  { service, at, build, name, local, buildOnly }: Want,
  built: readonly Want[],
  report: Report,
): ImageSource {
  const shared = built.find((image) => image.local === local);
  if (build !== undefined || shared !== undefined) return { built: shared?.name ?? name };
  if (buildOnly !== undefined) {
    report(
      at,
      `${buildOnly} is known to a build only, and nothing builds the image of "${service}"; add "build" or name a fixed tag`,
    );
  }
  return { reference: local };
}

function checkNames(built: readonly Want[], report: Report): void {
  const taken = new Map<string, string>();
  for (const { name, at } of built) {
    const variable = repositoryVariable(name);
    const other = taken.get(variable);
    if (other !== undefined)
      report(at, `images "${other}" and "${name}" differ only in punctuation; give one of them another name`);
    taken.set(variable, name);
    if (!/^[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name)) {
      report(
        at,
        `"${name}" cannot be the name of a repository; set "image" with lower-case letters, digits and single hyphens`,
      );
    }
  }
}

function imageName(reference: string): string {
  return /[^/]*$/.exec(reference)?.[0].replace(/[:@].*$/, "") ?? reference;
}

/** The reference with Docker's default tag, so that it is the same with or without it. */
function withTag(reference: string): string {
  return /[:@][^/]*$/.test(reference) ? reference : `${reference}:latest`;
}

function rendered(value: Value, what: string, report: Report): string | undefined {
  if (value.kind === "scalar" && value.broken) return undefined;
  if (value.kind !== "scalar" || value.value === null || value.value === "") {
    report(value.at, `${what} must be a text; write one value`);
    return undefined;
  }
  const pieces = value.pieces.map((piece) =>
    typeof piece === "object" && piece.kind === "build" ? `\${${piece.variable}}` : piece,
  );
  return knownText({ ...value, pieces }, what, report);
}

/** A build section as plain data. Docker checks it; here only parameters in it are refused. */
function spelledOut(value: Value, report: Report): unknown {
  if (value.kind === "sequence") return value.items.map((item) => spelledOut(item, report));
  if (value.kind === "scalar")
    return value.pieces.length === 0 ? null : rendered({ ...value, value: value.written || " " }, '"build"', report);
  const entries = value.entries.map(({ key, value: inner }) => [key, spelledOut(inner, report)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
