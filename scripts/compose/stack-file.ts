import { verbCommand } from "../../components/plain.ts";
import { parseDocument } from "yaml";
import { isFargateSize, type Exists, type FargateSize, type Report } from "../../compose/index.ts";
import { table } from "../../settings/table.ts";
import { projectConfiguration, type ProjectFile as PulumiFile } from "../pulumi/project-configuration.ts";
import { configuredKeys, type ConfiguredKeys, type TextFile } from "./configured-keys.ts";

/** The part of Pulumi.yaml that is for every stack. */
export interface ProjectFile {
  /** The project's name, which prefixes its keys; empty if it is not known. */
  readonly name: string;
  /** The default of `app`. @default - the project's name */
  readonly app: string;
  /** The default of `applicationDirectory`. @default - the project's folder */
  readonly applicationDirectory: string;
}

/** The settings in `Pulumi.<stack>.yaml` that decide what the environment's Compose files become. */
export interface StackFile {
  readonly app: string;
  /** The application's folder, relative to the project's. */
  readonly applicationDirectory: string;
  /** Undefined if the shell sets it. */
  readonly region: string | undefined;
  readonly composeFiles: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Name of the parameter behind each variable that is a parameter. */
  readonly parameterNames: Readonly<Record<string, string>>;
  /** Those of them for which `up` creates the server and the URL, so that no one has to set them. */
  readonly urls: readonly string[];
  readonly architecture: "x86_64" | "arm64";
  /** The Fargate size that the stack sets for its own service. */
  readonly size: FargateSize | undefined;
  readonly desiredCount: number | undefined;
  readonly maximumCount: number | undefined;
  readonly runTests: boolean;
  /** The parameters whose values a build sees. */
  readonly buildParameters: readonly string[];
  /** Whether images are built here: they are neither ready-made nor another environment's. */
  readonly builds: boolean;
}

/** A stack's file. */
export interface StackText extends TextFile {
  /** Whether a folder exists, by its path from the project's folder. @default - it is not checked */
  readonly hasFolder?: Exists | undefined;
}

/** Reads Pulumi.yaml, and reports where it cannot be read. */
export function readProjectFile(text: string | undefined, report: Report): ProjectFile {
  const document = parseDocument(text ?? "", { prettyErrors: false });
  for (const { message } of document.errors)
    report({ file: "Pulumi.yaml", line: 1, column: 1 }, `not readable as YAML: ${message}; correct it`);
  const given = document.get("name");
  const name = typeof given === "string" ? given : "";
  if (text !== undefined && name === "" && document.errors.length === 0)
    report({ file: "Pulumi.yaml", line: 1, column: 1 }, 'it has no "name"; write the name of the project');
  const { config } = document.errors.length === 0 ? ((document.toJS() ?? {}) as PulumiFile) : {};
  const { [`${name}:app`]: app, [`${name}:applicationDirectory`]: directory } = projectConfiguration({ name, config });
  return {
    name,
    app: typeof app === "string" && app !== "" ? app : name || "app",
    applicationDirectory: typeof directory === "string" ? directory : table.applicationDirectory.default,
  };
}

/**
 * Reads the settings of a stack's file that matter for Compose files, and reports what `up` would refuse in them; no
 * secret is read.
 */
export function readStackFile(stack: string, source: StackText, project: ProjectFile, report: Report): StackFile {
  const keys = configuredKeys(source, project.name, report);
  const app = keys.text("app") ?? project.app;
  if (!/^[a-z][a-z0-9-]*[a-z0-9]$/.test(app))
    report(keys.at("app"), `app: "${app}" is not allowed; set a name of lower-case letters, digits and hyphens`);
  const path = `/${app}/${stack}`;
  const variables = { ...variablesOf(keys), ...bucketOf(keys, `${app}-${stack}`) };
  const urls = madeUrls(keys, path);
  const parameterNames = { ...parametersOf(keys, path, variables), ...urls };
  const sizes = { cpu: keys.number("taskCpu") ?? 0, memoryMiB: keys.number("taskMemoryMiB") ?? 0 };
  const size = sizes.cpu === 0 && sizes.memoryMiB === 0 ? undefined : sizes;
  if (size !== undefined && !isFargateSize(size))
    report(
      keys.at("taskCpu"),
      `taskCpu ${size.cpu} and taskMemoryMiB ${size.memoryMiB} are not a Fargate size; set both to 0 or to a size that Fargate has`,
    );
  return {
    app,
    applicationDirectory: applicationDirectoryOf(keys, project, source),
    region: keys.text("aws:region"),
    composeFiles: composeFilesOf(keys, stack),
    variables,
    parameterNames,
    urls: Object.keys(urls),
    architecture: keys.word("architecture", ["x86_64", "arm64"]),
    size,
    desiredCount: keys.number("desiredCount") || undefined,
    maximumCount: keys.number("maximumCount") || undefined,
    runTests: keys.word("runTests", ["false", "true"]) === "true",
    buildParameters: buildParametersOf(keys, parameterNames),
    builds: keys.text("sourceProvider") !== "ECR" && (keys.text("promoteFrom") ?? "") === "",
  };
}

function applicationDirectoryOf(
  keys: ConfiguredKeys,
  project: ProjectFile,
  { hasFolder = () => true }: StackText,
): string {
  const given = keys.text("applicationDirectory") ?? project.applicationDirectory;
  if (!hasFolder(given)) {
    const remedy = "set the application's folder, relative to the folder with Pulumi.yaml";
    keys.report(keys.at("applicationDirectory"), `applicationDirectory: there is no folder "${given}"; ${remedy}`);
  }
  return given;
}

/** The name of the bucket that `up` creates, by its variable; account and region in the name are not known here. */
function bucketOf(keys: ConfiguredKeys, prefix: string): Readonly<Record<string, string>> {
  if (keys.word("bucket", ["false", "true"]) === "false") return {};
  return { [keys.text("bucketVariable") ?? table.bucketVariable.default]: `${prefix}-files-ACCOUNT-REGION` };
}

/** The parameters for which `up` creates the server and the URL. */
function madeUrls(keys: ConfiguredKeys, path: string): Readonly<Record<string, string>> {
  const servers = [
    ["databaseEngine", "databaseVariable"],
    ["cacheEngine", "cacheVariable"],
  ] as const;
  const made = servers.filter(([engine]) => (keys.text(engine) ?? "none") !== "none");
  return Object.fromEntries(
    made.map(([, key]) => {
      const variable = keys.text(key) ?? table[key].default;
      return [variable, `${path}/${variable}`] as const;
    }),
  );
}

function buildParametersOf(keys: ConfiguredKeys, declared: Readonly<Record<string, string>>): readonly string[] {
  const found = keys.list("buildParameters");
  for (const { value, at } of found) {
    if (!Object.hasOwn(declared, value))
      keys.report(at, `buildParameters: "${value}" is not declared; add it to parameters`);
  }
  return found.map(({ value }) => value);
}

function composeFilesOf(keys: ConfiguredKeys, stack: string): readonly string[] {
  const found = keys.list("composeFiles");
  for (const [index, { value, at }] of found.entries()) {
    if (!/^(?!.*\.\.)[\w.-][\w./-]*\.ya?ml$/.test(value))
      keys.report(at, `composeFiles: "${value}" is not allowed; set paths of .yml files in the repository`);
    if (found.findIndex((other) => other.value === value) !== index)
      keys.report(at, `composeFiles: ${value} is there twice; remove one`);
  }
  return found.length === 0 ? [`docker-compose-${stack}.yml`] : found.map(({ value }) => value);
}

/** Variables that a build sets itself; no stack may declare them. */
const reserved = ["ECS_ENV_NAME", "IMAGE_TAG"];

function variablesOf(keys: ConfiguredKeys): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { value, at } of keys.list("variables")) {
    const [, name = "", text = ""] = /^([A-Za-z_]\w*)=(.*)$/s.exec(value) ?? [];
    if (name === "") keys.report(at, `variables: "${value}" is not allowed; set NAME=value`);
    else if (Object.hasOwn(found, name)) keys.report(at, `variables: ${name} is there twice; remove one`);
    else if (reserved.includes(name)) keys.report(at, `variables: the build sets ${name} itself; take another name`);
    else found[name] = text;
  }
  return found;
}

function parametersOf(
  keys: ConfiguredKeys,
  path: string,
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const allowed = `plain names, and set each value with \`${verbCommand} parameters set NAME\``;
  for (const { value, at } of keys.list("parameters", allowed)) {
    const [, name = "", parameter] = /^([A-Za-z_]\w*)(?:=(\S+))?$/.exec(value) ?? [];
    if (name === "") keys.report(at, `parameters: "${value}" is not allowed; set NAME or NAME=/name/of/the/parameter`);
    else if (Object.hasOwn(variables, name))
      keys.report(at, `parameters: ${name} is in variables, too; remove one of the two`);
    else if (reserved.includes(name)) keys.report(at, `parameters: the build sets ${name} itself; take another name`);
    else found[name] = parameter ?? `${path}/${name}`;
  }
  for (const { name, at } of keys.values) {
    if (!Object.hasOwn(found, name))
      keys.report(at, `a value is set for ${name}, but ${name} is not declared; add it to parameters`);
  }
  return found;
}
