import { field, isText, section } from "../tree/fields.ts";
import { groupBy } from "../tree/group-by.ts";
import type { Position } from "../tree/problem.ts";
import type { Service } from "./service.ts";

/** Something that is allowed but probably a mistake, and its place. */
export interface Note {
  readonly at: Position;
  readonly message: string;
}

/**
 * Notes about services that seem to exist only for other services: these take their keys, by an anchor or `extends`, or
 * have their image as a build context, and they themselves do not say what runs. ECS would run them anyway.
 */
export function lenderNotes(services: readonly Service[]): readonly Note[] {
  const own = services.filter(({ filesOf }) => filesOf === undefined);
  const awaited = new Set(own.flatMap(({ keys }) => section(keys, "depends_on")?.entries.map(({ key }) => key) ?? []));
  const [heirsOf, buildersOf] = [heirs(own), builders(own)];
  return own.flatMap((service) => {
    const { name, at, role } = service;
    if (role !== "task" || saysWhatRuns(service) || awaited.has(name)) return [];
    const [heirs, builders] = [heirsOf.get(name) ?? [], buildersOf.get(name) ?? []];
    const lends = heirs.length > 0 && heirs.every(({ keys }) => has(keys, "command") || has(keys, "entrypoint"));
    if (!lends && builders.length === 0) return [];
    const use = lends ? `lends its keys to ${names(heirs)}` : `is a build context of ${names(builders)}`;
    const remedy = lends ? `move its keys to "x-${name}" at the top` : "make it a stage of their Dockerfile";
    const message = `"${name}" ${use} and has neither command nor port; ECS runs it anyway, and the whole task ends when it ends; write its "command", or ${remedy} if it should not run`;
    return [{ at, message }];
  });
}

const has = (keys: Service["keys"], key: string): boolean => field(keys, key) !== undefined;

const saysWhatRuns = ({ keys }: Service): boolean =>
  ["command", "entrypoint", "ports", "expose", "healthcheck"].some((key) => has(keys, key));

const names = (services: readonly Service[]): string => services.map(({ name }) => name).join(", ");

type ByName = ReadonlyMap<string, readonly Service[]>;

/** The services of a task that take keys from another service, by the name of that other service. */
function heirs(services: readonly Service[]): ByName {
  const owners = new Map<string, Service>();
  const sorted = services.toSorted((a, b) => compare(a.at, b.at));
  for (const [index, service] of sorted.entries()) {
    const next = sorted[index + 1]?.at;
    for (const { at } of service.keys.entries) {
      const isOwn = at.file === service.at.file && compare(service.at, at) < 0;
      if (isOwn && (next === undefined || compare(at, next) < 0)) owners.set(placeOf(at), service);
    }
  }
  const found = services.flatMap((heir) => {
    const lenders = new Set(heir.keys.entries.flatMap(({ at }) => owners.get(placeOf(at)) ?? []));
    lenders.delete(heir);
    return heir.role === "task" ? [...lenders].map(({ name }) => ({ name, user: heir })) : [];
  });
  return byName(found);
}

/** The services that have another one as a build context, by that one's name. */
function builders(services: readonly Service[]): ByName {
  const found = services.flatMap((user) => {
    const contexts = section(section(user.keys, "build"), "additional_contexts")?.entries ?? [];
    return contexts.flatMap(({ value }) => {
      const [, name] = isText(value) ? (/^service:(.+)$/.exec(value.pieces.join("")) ?? []) : [];
      return name === undefined ? [] : [{ name, user }];
    });
  });
  return byName(found);
}

function byName(found: readonly { readonly name: string; readonly user: Service }[]): ByName {
  const groups = groupBy(found, ({ name }) => name);
  return new Map([...groups].map(([name, uses]) => [name, uses.map(({ user }) => user)]));
}

const placeOf = ({ file, line, column }: Position): string => `${file}:${line}:${column}`;

/** Compares places: first by file, then by line and column. */
function compare(a: Position, b: Position): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
