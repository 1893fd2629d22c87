import { checkConsistency } from "./consistency.ts";
import { parseEnvFile, variablesOf } from "./env-file.ts";
import { isText } from "../tree/fields.ts";
import type { Variables } from "../tree/interpolate.ts";
import { loadProject } from "./load.ts";
import type { Report } from "../tree/problem.ts";
import { roleOf } from "./role.ts";
import { entriesIn, valueOf, withKey, type Entry, type Mapping, type Value } from "../tree/tree.ts";
import { directoryOf, type ReadFile, type Exists } from "./project.ts";

/** The Compose files of an environment, and what they may refer to. */
export interface Source {
  /** Their paths in the repository; each changes what earlier ones say. */
  readonly files: readonly string[];
  readonly variables: Variables;
  /** Reads any other file that these name. */
  readonly readFile: ReadFile;
  /** Whether a path exists; used for what builds need. @default - nothing is checked */
  readonly exists?: Exists | undefined;
}

/**
 * The files as one document in Compose's long forms. Reports what Compose refuses, and variables without a value.
 * Undefined if a file cannot be read.
 */
export function readDocument({ files, variables, readFile }: Source, report: Report): Mapping | undefined {
  const directory = directoryOf(files[0] ?? "");
  const root = loadProject({ files, directory, variables, readFile, report, trail: [] });
  if (root === undefined) return undefined;
  const services = valueOf(root, "services");
  const document =
    services?.kind === "mapping"
      ? withKey(root, "services", withEnvFiles(services, { variables, readFile, report }))
      : root;
  tellFaults(document, report);
  checkConsistency(document, readFile, report);
  return document;
}

interface Context {
  readonly variables: Variables;
  /** Variables that earlier env files define. @default - none */
  readonly defined?: Variables;
  readonly readFile: ReadFile;
  readonly report: Report;
}

function withEnvFiles(services: Mapping, context: Context): Mapping {
  const entries = services.entries.map((entry): Entry => {
    const files = entry.value.kind === "mapping" ? valueOf(entry.value, "env_file") : undefined;
    if (entry.value.kind !== "mapping" || files?.kind !== "sequence") return entry;
    // Compose reads no env file of a service whose profile is not active.
    if (roleOf(entry.value) === "people") return { ...entry, value: withEnvironment(entry.value, []) };
    // The stack's variables win over those of the service, and both win over what files define.
    const variables = { ...variablesOf(entriesIn(entry.value, "environment")), ...context.variables };
    const found = files.items.reduce<readonly Entry[]>(
      (before, file) => [...before, ...entriesOf(file, { ...context, variables, defined: variablesOf(before) })],
      [],
    );
    return { ...entry, value: withEnvironment(entry.value, found) };
  });
  return { ...services, entries };
}

function entriesOf(file: Value, context: Context): readonly Entry[] {
  const { readFile, report, ...layers } = context;
  const path = file.kind === "mapping" ? valueOf(file, "path") : undefined;
  const required = file.kind === "mapping" ? valueOf(file, "required") : undefined;
  if (path?.kind !== "scalar" || !isText(path)) return [];
  const format = file.kind === "mapping" ? valueOf(file, "format") : undefined;
  if (format !== undefined) report(format.at, 'env files are read in Compose\'s own format only; remove "format"');
  const name = path.pieces.join("");
  const text = readFile(name);
  if (text !== undefined) return parseEnvFile({ file: name, text, ...layers }, report);
  const needed = required?.kind !== "scalar" || required.value !== false;
  if (needed)
    report(path.at, `there is no file ${name} to read; commit it, or write "required: false" next to its "path"`);
  return [];
}

/** The service with the variables of its env files in its environment, unless the Compose file itself sets them. */
function withEnvironment(service: Mapping, found: readonly Entry[]): Mapping {
  const own = valueOf(service, "environment");
  const files = valueOf(service, "env_file");
  const entries = new Map(found.map((entry) => [entry.key, entry]));
  for (const entry of own?.kind === "mapping" ? own.entries : []) entries.set(entry.key, entry);
  const bare = { ...service, entries: service.entries.filter(({ key }) => key !== "env_file") };
  if (entries.size === 0) return bare;
  return withKey(bare, "environment", {
    kind: "mapping",
    at: (own ?? files ?? service).at,
    entries: [...entries.values()],
  });
}

/** Reports what is wrong with variables, except in services that ECS does not run: there Compose takes an empty text. */
function tellFaults(root: Mapping, report: Report): void {
  for (const { key, value } of root.entries) {
    if (key !== "services" || value.kind !== "mapping") tell(value, report, key.startsWith("x-"));
    else
      for (const service of value.entries) {
        const lenient = service.value.kind === "mapping" && /test|people/.test(roleOf(service.value));
        tellService(service.value, report, lenient);
      }
  }
}

/**
 * Keys whose text a shell in the container may read: a variable there may be one of the container, which has to be
 * written with `$$`.
 */
const commands = ["command", "entrypoint"];

function tellService(service: Value, report: Report, lenient: boolean): void {
  const entries = service.kind === "mapping" ? service.entries : [];
  if (service.kind !== "mapping") tell(service, report, lenient);
  for (const { key, value } of entries) {
    const without = lenient || key.startsWith("x-");
    if (key !== "healthcheck" || value.kind !== "mapping") tell(value, report, without, commands.includes(key));
    else for (const entry of value.entries) tell(entry.value, report, without, entry.key === "test");
  }
}

function tell(value: Value, report: Report, lenient: boolean, inCommand = false): void {
  if (value.kind === "scalar") {
    for (const { at, message, fatal, unset } of value.faults)
      if (fatal || !lenient) report(at, inCommand && unset !== undefined ? unsetInCommand(unset) : message);
  } else if (value.kind === "sequence") for (const item of value.items) tell(item, report, lenient, inCommand);
  else
    for (const { key, value: inner } of value.entries) tell(inner, report, lenient || key.startsWith("x-"), inCommand);
}

const unsetInCommand = (name: string): string =>
  `nothing sets ${name}; set it or write \${${name}:-default}, or $$${name} where a shell in the container is to read it`;
