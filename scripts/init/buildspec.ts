import { isMap, isSeq, parseDocument } from "yaml";
import { Refusal } from "../kit/refusal.ts";
import { fateOf, type Finding } from "./buildspec-lines.ts";
import { runtimesOf, sectionsOf, type ExplainedLine } from "./buildspec-sections.ts";
import { looksSecret } from "./secret-names.ts";

/** What an old buildspec becomes. */
export interface BuildspecProposal {
  readonly lines: readonly ExplainedLine[];
  /** Entries of the setting `parameters`, each NAME or NAME=/name. */
  readonly parameters: readonly string[];
  /** Entries of the setting `variables`, each NAME=value. */
  readonly variables: readonly string[];
  /** Lines of `.env.example` for the variables that the build writes into an env file. */
  readonly example: readonly string[];
  /** The commands of release services, each with the service or image that runs it. */
  readonly releases: readonly { readonly command: string; readonly of: string | undefined }[];
  /** Repositories of images, which the pipeline makes by itself. */
  readonly repositories: readonly string[];
}

/** Reads a buildspec that was made by hand; refuses what is none. */
export function readBuildspec(file: string, text: string): BuildspecProposal {
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw new Refusal(`${file}: not readable as YAML: ${error.message}; correct it`);
  const phases = document.get("phases");
  if (!isMap(phases)) throw new Refusal(`${file}: it has no "phases", so it is not a buildspec; give another file`);
  const declared = variablesOf(document.get("env"));
  const commands = phases.items.flatMap((pair) => {
    const lists = isMap(pair.value) ? [pair.value.get("commands"), pair.value.get("finally")] : [];
    return lists.flatMap(commandsOf).map((line) => ({ where: String(pair.key), line }));
  });
  const found = commands.map(({ where, line }) => ({ where, line, fate: fateOf(line) }));
  const echoed = found.flatMap(({ fate }) => fate.variables ?? []);
  const { parameters, variables, lines } = split(declared, echoed);
  const explained = found.map(({ where, line, fate }) => ({ where, text: line, becomes: fate.becomes }));
  return {
    lines: [...lines, ...runtimesOf(phases), ...explained, ...sectionsOf(document)],
    parameters,
    variables,
    example: exampleOf(echoed, variables),
    releases: unique(found.flatMap(({ fate }) => fate.release ?? [])),
    repositories: [...new Set(found.flatMap(({ fate }) => fate.repositories ?? []))],
  };
}

/** A plain value as it is, and every other variable without its value. */
function exampleOf(echoed: Echoed, variables: readonly string[]): readonly string[] {
  const names = [...new Set(echoed.map(({ name }) => name))];
  return names.map((name) => variables.find((one) => one.startsWith(`${name}=`)) ?? `${name}=\${${name}}`);
}

type Echoed = NonNullable<Finding["variables"]>;

interface Declared {
  readonly plain: Readonly<Record<string, string>>;
  /** Names of parameters by their variables. */
  readonly stored: Readonly<Record<string, string>>;
  /** Secrets of Secrets Manager by their variables. */
  readonly managed: Readonly<Record<string, string>>;
}

function variablesOf(env: unknown): Declared {
  const section = (key: string): Readonly<Record<string, string>> => {
    const found = isMap(env) ? env.get(key) : undefined;
    const pairs = isMap(found) ? found.items : [];
    return Object.fromEntries(pairs.map((pair) => [String(pair.key), String(pair.value)]));
  };
  return { plain: section("variables"), stored: section("parameter-store"), managed: section("secrets-manager") };
}

/** The commands of a phase; one over several lines is one. */
function commandsOf(list: unknown): readonly string[] {
  if (!isSeq(list)) return [];
  return list.items.flatMap((item) =>
    String(item)
      .replace(/\\\n\s*/g, "")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#")),
  );
}

/** Which variables are parameters and which are plain: those that reach the containers, and those of the section env. */
function split({ plain, stored, managed }: Declared, echoed: Echoed) {
  const parameters = new Map<string, string>();
  const variables = new Map<string, string>();
  for (const [name, path] of Object.entries(stored)) parameters.set(name, `${name}=${path}`);
  for (const name of Object.keys(managed)) parameters.set(name, name);
  const declared = new Map(parameters);
  for (const { name, from, value } of echoed) {
    const known = declared.get(from ?? name);
    if (known !== undefined) {
      // The container reads it under the name that the file had for it.
      if (from !== undefined && from !== name) parameters.delete(from);
      parameters.set(name, known.replace(/^[^=]+/, name));
    } else if (value !== undefined && !looksSecret(name, value)) variables.set(name, `${name}=${value}`);
    else if (from !== undefined && plain[from] !== undefined && !looksSecret(name, plain[from]))
      variables.set(name, `${name}=${plain[from]}`);
    else parameters.set(name, name);
  }
  const line = (kind: string, name: string, becomes: string): ExplainedLine => ({
    where: `env/${kind}`,
    text: name,
    becomes,
  });
  return {
    parameters: [...parameters.values()],
    variables: [...variables.values()],
    lines: [
      ...Object.entries(plain).map(([name, value]) =>
        line(
          "variables",
          `${name}: ${value}`,
          variables.has(name) ? "an entry of the setting `variables`" : ownVariable(name),
        ),
      ),
      ...Object.entries(stored).map(([name, path]) =>
        line(
          "parameter-store",
          `${name}: ${path}`,
          "an entry of the setting `parameters`, which reads the same parameter",
        ),
      ),
      ...Object.entries(managed).map(([name, path]) =>
        line(
          "secrets-manager",
          `${name}: ${path}`,
          "an entry of the setting `parameters`; copy the value with the verb `parameters set`",
        ),
      ),
    ],
  };
}

const ownVariable = (name: string): string =>
  /^(ECS_ENV_NAME|IMAGE_TAG)$/.test(name)
    ? "the build sets it itself"
    : "nothing, unless the Compose file reads it: then an entry of the setting `variables`";

const unique = <T>(values: readonly T[]): readonly T[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];
