import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { envFileValues } from "../../compose/index.ts";
import {
  completeConfiguration,
  declaredIn,
  ownConfiguration,
  projectConfiguration,
  Refusal,
  stackFiles,
  type Configured,
} from "../../scripts/for-rehearsal.ts";
import { standIn } from "./stand-ins.ts";
import { valuesOf, type Values } from "./values.ts";

/** The environment that is rehearsed, as far as files say. */
export interface Request {
  /** The stack's configuration without what cannot be rehearsed. */
  readonly configured: Configured;
  /** One line for each difference from the real environment. */
  readonly notes: readonly string[];
  readonly values: Values;
  readonly app: string;
  readonly region: string;
  readonly branch: string;
  /** Name of the repository in the configuration. */
  readonly source: string;
  /** Prefix of the project's own keys. */
  readonly project: string;
  /** One line for each Compose file whose images this machine's processor does not run. */
  readonly otherPlatforms: readonly string[];
}

/** What the person has said about values. */
export interface GivenValues {
  /** A file with lines NAME=value. @default - none */
  readonly envFile?: string | undefined;
  /** The variables that get a random value. */
  readonly madeUp: readonly string[];
}

/** Folders of a copy. */
interface Folders {
  readonly program: string;
  readonly application: string;
}

/** Reads what a stack's rehearsal needs from the program's folder in the copy. */
export function readRequest(stack: string, { program, application }: Folders, given: GivenValues): Request {
  const { project: file, own } = stackFiles(stack, program);
  if (own === undefined)
    throw new Refusal(`Pulumi.${stack}.yaml: it is in no commit; run \`git add\` and \`git commit\` first`);
  const project = file.name ?? "";
  const set = { ...projectConfiguration(file), ...ownConfiguration(file, (own.config ?? {}) as Configured) };
  const architecture = process.arch === "arm64" ? "arm64" : "x86_64";
  const { configured, notes } = standIn({
    project,
    configured: set,
    architecture,
    repository: `rehearsal/${project}`,
  });
  const complete = completeConfiguration({ name: project }, configured);
  const text = (name: string): string => {
    const value = complete[`${project}:${name}`];
    return typeof value === "string" ? value : "";
  };
  const { variables, region = "us-east-1" } = declaredIn(stack, project, complete);
  const values = valuesOf({
    declared: variables,
    databaseVariable: text("databaseVariable"),
    given: given.envFile === undefined ? {} : valuesIn(given.envFile),
    madeUp: given.madeUp,
  });
  refuseUndeclared(given.madeUp, Object.keys(variables));
  return {
    configured: withoutSecrets(configured),
    notes,
    values,
    app: text("app") || project,
    region,
    branch: text("branch") || "main",
    source: text("sourceRepository"),
    project,
    otherPlatforms: otherPlatforms(composeTexts(application, complete[`${project}:composeFiles`], stack), architecture),
  };
}

/** The texts of the environment's Compose files that exist, by name. */
function composeTexts(application: string, named: unknown, stack: string): Readonly<Record<string, string>> {
  const files = Array.isArray(named) && named.length > 0 ? named.map(String) : [`docker-compose-${stack}.yml`];
  const there = files.filter((file) => existsSync(join(application, file)));
  return Object.fromEntries(there.map((file) => [file, readFileSync(join(application, file), "utf8")]));
}

/** One line for each Compose file that asks for a platform that this machine does not have. */
export function otherPlatforms(
  texts: Readonly<Record<string, string>>,
  architecture: "x86_64" | "arm64",
): readonly string[] {
  const [own, other] = architecture === "arm64" ? ["arm64", "amd64"] : ["amd64", "arm64"];
  return Object.entries(texts).flatMap(([file, text]) =>
    new RegExp(`^\\s*platform:\\s*["']?linux/${other}`, "m").test(text)
      ? [`${file}: it has "platform: linux/${other}", and this machine is linux/${own}; rehearse it on such a machine`]
      : [],
  );
}

/** The values in a file of lines NAME=value. */
export function valuesIn(file: string): Readonly<Record<string, string>> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new Refusal(`--env-file ${file}: there is no such file; correct its path`);
  }
  return envFileValues(file, text);
}

function refuseUndeclared(madeUp: readonly string[], declared: readonly string[]): void {
  const unknown = madeUp.find((variable) => !declared.includes(variable));
  if (unknown === undefined) return;
  throw new Refusal(
    `--made-up ${unknown}: the stack declares no such parameter; it declares ${declared.join(", ") || "none"}`,
  );
}

/** The secrets come from the values: those of the file are encrypted with the stack's own key. */
function withoutSecrets(configured: Configured): Configured {
  return Object.fromEntries(Object.entries(configured).filter(([key]) => !key.startsWith("secrets:")));
}
