import { field, isText, section } from "./fields.ts";
import type { Position } from "./problem.ts";
import type { Service } from "./read.ts";

/** Something that is allowed and seldom meant, and where it stands. */
export interface Note {
  readonly at: Position;
  readonly message: string;
}

/**
 * Services that look as if they are there for others only: they lend their keys, by an anchor or `extends`, or their
 * image as a build context, and say nothing of what runs. ECS would run them all the same.
 */
export function lenderNotes(services: readonly Service[]): readonly Note[] {
  return services.flatMap((service) => {
    const { name, at } = service;
    if (service.role !== "task" || service.filesOf !== undefined || saysWhatRuns(service)) return [];
    if (services.some((other) => dependsOn(other, name))) return [];
    const heirs = services.filter(
      (other) => other.role === "task" && other.filesOf === undefined && inherits(other, service, services),
    );
    const builders = services.filter((other) => buildsFrom(other, name));
    const lends =
      heirs.length > 0 && heirs.every(({ keys }) => ["command", "entrypoint"].some((key) => has(keys, key)));
    if (!lends && builders.length === 0) return [];
    const use = lends ? `lends its keys to ${names(heirs)}` : `is a build context of ${names(builders)}`;
    const remedy = lends ? `move its keys to "x-${name}" at the top` : "make it a stage of their Dockerfile";
    const message = `"${name}" ${use} and has neither command nor port; ECS runs it all the same, and the whole task ends when it ends; write its "command", or ${remedy} if it is not to run`;
    return [{ at, message }];
  });
}

const has = (keys: Service["keys"], key: string): boolean => field(keys, key) !== undefined;

const saysWhatRuns = ({ keys }: Service): boolean =>
  ["command", "entrypoint", "ports", "expose", "healthcheck"].some((key) => has(keys, key));

const dependsOn = ({ keys }: Service, name: string): boolean =>
  section(keys, "depends_on")?.entries.some(({ key }) => key === name) === true;

const names = (services: readonly Service[]): string => services.map(({ name }) => name).join(", ");

/** Whether a key of `from` stands in another service, too, at the place where it is written: below `from` itself. */
function inherits(heir: Service, from: Service, services: readonly Service[]): boolean {
  if (heir === from) return false;
  const places = new Set(heir.keys.entries.map(({ at }) => placeOf(at)));
  return from.keys.entries.some(({ at }) => places.has(placeOf(at)) && isBelow(at, from, services));
}

const placeOf = ({ file, line, column }: Position): string => `${file}:${line}:${column}`;

/** Whether a place is below the name of a service and above that of the next one. */
function isBelow(at: Position, service: Service, services: readonly Service[]): boolean {
  const before = services.filter((one) => one.at.file === at.file && isBefore(one.at, at));
  return before.includes(service) && before.every((one) => one === service || isBefore(one.at, service.at));
}

const isBefore = (a: Position, b: Position): boolean => a.line < b.line || (a.line === b.line && a.column < b.column);

function buildsFrom({ keys }: Service, name: string): boolean {
  const contexts = section(section(keys, "build"), "additional_contexts")?.entries ?? [];
  return contexts.some(({ value }) => isText(value) && value.pieces.join("") === `service:${name}`);
}
