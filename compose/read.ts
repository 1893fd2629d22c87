import { field, items, text } from "./fields.ts";
import type { Variables } from "./interpolate.ts";
import { collectProblems, type Position, type Report } from "./problem.ts";
import { complaint } from "./support.ts";
import { translate } from "./application.ts";
import { parseTree, type Entry, type Mapping, type Value } from "./tree.ts";
import { ecsOf, type Ecs } from "./x-ecs.ts";

/** A Compose file as it was written: its services and volumes, keys checked and variables replaced. */
export interface ComposeFile {
  /** Its name, as problems give it. */
  readonly file: string;
  readonly services: readonly Service[];
  /** Names of the volumes declared at the top. */
  readonly volumes: readonly string[];
  readonly variables: Variables;
}

/** A Compose service as it was written. */
export interface Service {
  readonly name: string;
  readonly at: Position;
  /** Whether it runs in the task, once before each release, in a build before its images are pushed, or for people only. */
  readonly role: "task" | "release" | "test" | "people";
  /** Which ECS service holds it, and what else Compose has no word for. */
  readonly ecs: Ecs;
  readonly keys: Mapping;
}

/** The Compose file of that name and text; throws a ComposeError with everything that keeps it from running on ECS. */
export function readCompose(file: string, text: string, variables: Variables): ComposeFile {
  return collectProblems(file, (report) => {
    const root = parseTree(text, variables, report);
    const read = { file, ...(root === undefined ? noContent : content(root, report)), variables };
    // What the translation finds belongs into the same error: nobody wants to hear half of it.
    if (read.services.length > 0) translate(read, report);
    return read;
  });
}

const noContent: Pick<ComposeFile, "services" | "volumes"> = { services: [], volumes: [] };

const topLevel: Readonly<Record<string, string>> = {
  configs: "a task has no files beside its images; copy the file into the image",
  include: "one file describes an environment; copy what it needs here",
  models: 'models are for a laptop; remove "models"',
  networks: 'the containers of a task share one network and reach each other at localhost; remove "networks"',
  secrets: "a task has no files beside its images; use a parameter as the value of an environment entry",
  "x-ecs": '"x-ecs" belongs to a service; write it there',
  version: 'Compose ignores the version; remove "version"',
};

function content(root: Value, report: Report): Pick<ComposeFile, "services" | "volumes"> {
  if (root.kind !== "mapping") {
    report(root.at, 'a Compose file must be a mapping; write "services" with a service below it');
    return noContent;
  }
  for (const { key, at } of root.entries) {
    if (["name", "services", "volumes"].includes(key) || (key.startsWith("x-") && key !== "x-ecs")) continue;
    const known = Object.hasOwn(topLevel, key) ? topLevel[key] : undefined;
    report(at, known ?? `Compose has no key "${key}" at the top; correct or remove it`);
  }
  const services = field(root, "services");
  const found = services === undefined ? [] : serviceList(services, report);
  if (!found.some(({ role }) => role === "task")) {
    report(services?.at ?? root.at, "no service runs in the task; write one without profiles");
  }
  return { services: found, volumes: volumeNames(field(root, "volumes"), report) };
}

function serviceList({ read }: Entry, report: Report): readonly Service[] {
  const value = read();
  if (value.kind === "mapping") return value.entries.flatMap((entry) => service(entry, report) ?? []);
  report(value.at, '"services" must be a mapping; write each service under its name');
  return [];
}

function service({ key: name, at, read }: Entry, report: Report): Service | undefined {
  const keys = read();
  if (keys.kind !== "mapping") {
    report(at, `service "${name}" must be a mapping; write "image" or "build" below it`);
    return undefined;
  }
  const role = roleOf(field(keys, "profiles"), report);
  const ecs = ecsOf(keys, report);
  // ECS runs neither; Compose does, and takes every key.
  if (role === "test" || role === "people") return { name, at, role, ecs, keys };
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
    report(at, `"${name}" cannot name a container; use letters, digits, hyphens and underscores`);
  }
  for (const { key, at: place } of keys.entries) {
    const wrong = complaint(key);
    if (wrong !== undefined) report(place, wrong);
  }
  return { name, at, role, ecs, keys };
}

function roleOf(profiles: Entry | undefined, report: Report): Service["role"] {
  if (profiles === undefined) return "task";
  const names = items(profiles.read(), '"profiles"', report).map((item) => text(item, "a profile", report));
  if (names.length === 0) return "task";
  if (names.includes("release")) return "release";
  return names.includes("test") ? "test" : "people";
}

function volumeNames(volumes: Entry | undefined, report: Report): readonly string[] {
  if (volumes === undefined) return [];
  const value = volumes.read();
  if (value.kind !== "mapping") {
    report(value.at, '"volumes" must be a mapping; write each volume as its name and a colon');
    return [];
  }
  for (const { key, read } of value.entries) {
    const options = read();
    const plain =
      options.kind === "mapping" ? options.entries.every((entry) => entry.key.startsWith("x-")) : isNull(options);
    if (!plain) report(options.at, `volume "${key}" lives as long as its task and has no options; write "${key}:"`);
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(key))
      report(options.at, `"${key}" cannot name a volume; use letters, digits, hyphens and underscores`);
  }
  return value.entries.map(({ key }) => key);
}

function isNull(value: Value): boolean {
  return value.kind === "scalar" && value.value === null;
}
