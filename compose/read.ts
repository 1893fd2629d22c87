import { translate } from "./application.ts";
import { readDocument, roleOf, type Role, type Source } from "./document.ts";
import { field } from "./fields.ts";
import { collectProblems, type Position, type Report } from "./problem.ts";
import { complaint } from "./support.ts";
import { valueOf, type Entry, type Mapping, type Value } from "./tree.ts";
import { ecsOf, type Ecs } from "./x-ecs.ts";

/** What an environment's Compose files say: their services and volumes, keys checked and variables replaced. */
export interface ComposeFile {
  /** The files, as problems give them. */
  readonly files: readonly string[];
  readonly services: readonly Service[];
  /** Names of the volumes declared at the top. */
  readonly volumes: readonly string[];
}

/** A Compose service in Compose's own long forms. */
export interface Service {
  readonly name: string;
  readonly at: Position;
  readonly role: Role;
  /** Which ECS service holds it, and what else Compose has no word for. */
  readonly ecs: Ecs;
  readonly keys: Mapping;
}

/** The Compose files of an environment; throws a ComposeError with everything that keeps them from running on ECS. */
export function readCompose(source: Source): ComposeFile {
  return collectProblems(source.files, (report) => {
    const root = readDocument(source, report);
    const read = { files: source.files, ...(root === undefined ? noContent : content(root, report)) };
    // What the translation finds belongs into the same error: nobody wants to hear half of it.
    if (read.services.length > 0) translate(read, report);
    return read;
  });
}

const noContent: Pick<ComposeFile, "services" | "volumes"> = { services: [], volumes: [] };

const topLevel: Readonly<Record<string, string>> = {
  configs: "a task has no files beside its images; copy the file into the image",
  models: 'models are for a laptop; remove "models"',
  networks: 'the containers of a task share one network and reach each other at localhost; remove "networks"',
  secrets: "a task has no files beside its images; use a parameter as the value of an environment entry",
  "x-ecs": '"x-ecs" belongs to a service; write it there',
  version: 'Compose ignores the version; remove "version"',
};

function content(root: Mapping, report: Report): Pick<ComposeFile, "services" | "volumes"> {
  for (const { key, at } of root.entries) {
    const wrong = Object.hasOwn(topLevel, key) ? topLevel[key] : undefined;
    if (wrong !== undefined) report(at, wrong);
  }
  const services = field(root, "services");
  const entries = services?.value.kind === "mapping" ? services.value.entries : [];
  const found = entries.flatMap((entry) => service(entry, report) ?? []);
  const mayRun = (value: Value): boolean => value.kind !== "mapping" || roleOf(value) === "task";
  if (!(services?.value.kind === "scalar" || entries.some(({ value }) => mayRun(value)))) {
    report(services?.at ?? root.at, "no service runs in the task; write one without profiles");
  }
  return { services: found, volumes: volumeNames(valueOf(root, "volumes"), report) };
}

function service({ key: name, at, value: keys }: Entry, report: Report): Service | undefined {
  if (keys.kind !== "mapping") return undefined;
  const role = roleOf(keys);
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

function volumeNames(volumes: Value | undefined, report: Report): readonly string[] {
  if (volumes?.kind !== "mapping") return [];
  for (const { key, value } of volumes.entries) {
    const options = value.kind === "mapping" ? value.entries.filter((entry) => !entry.key.startsWith("x-")) : [];
    if (options.length > 0)
      report(value.at, `volume "${key}" lives as long as its task and has no options; write "${key}:"`);
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(key))
      report(value.at, `"${key}" cannot name a volume; use letters, digits, hyphens and underscores`);
  }
  return volumes.entries.map(({ key }) => key);
}
