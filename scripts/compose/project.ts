import { isAbsolute, join } from "node:path";
import { variables } from "../../components/plain.ts";
import type { Exists, Report, Variables } from "../../compose/index.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";
import { shortStackName } from "../kit/stack-file-name.ts";
import { readProjectFile, readStackFile, type StackFile } from "./stack-file.ts";

/** What the command line says about the Compose files of an environment. */
export interface AskedProject {
  /** @default - those that the stack's file names */
  readonly files: readonly string[];
  /** The environment. @default - what the files' names say, or production */
  readonly stack?: string | undefined;
  /** Plain variables, each NAME=value, instead of the stack's file. */
  readonly variables: readonly string[];
  /** Names of variables that are parameters, instead of the stack's file. */
  readonly parameters: readonly string[];
}

/** An environment's Compose files, and what `up` would read them with. */
export interface ComposeProject {
  readonly environment: string;
  /** Whether nothing names the environment; it is then production, without the settings of a stack. */
  readonly assumed: boolean;
  /** Paths from `directory`. */
  readonly files: readonly string[];
  /** The application's folder; for files that the command line names, the current folder, which is "". */
  readonly directory: string;
  readonly variables: Variables;
  readonly settings: StackFile;
}

export type ReadFile = (path: string) => string | undefined;

/** Where the files of stacks are, and how they are read. */
export interface ProjectPlace {
  readonly readFile: ReadFile;
  /** Whether a path exists. */
  readonly exists: Exists;
  /** The folder with Pulumi.yaml; throws a Refusal if there is none. */
  readonly projectDirectory: () => string;
}

/** A path from a folder; the folder "" is the current one. */
export const pathIn = (folder: string, path: string): string => (isAbsolute(path) ? path : join(folder, path));

/**
 * The project that the command line names; reports problems of the stack's file, throws a UsageError if no file is
 * given, and a Refusal if a stack is named and there is no Pulumi project.
 */
export function composeProjectOf(asked: AskedProject, place: ProjectPlace, report: Report): ComposeProject {
  const given = asked.variables.length + asked.parameters.length > 0;
  if (given && asked.stack !== undefined) throw new UsageError("give either --stack, or --variable and --parameter");
  const plain = pairs(asked.variables);
  const named = stackOf(asked) ?? plain["ECS_ENV_NAME"] ?? environmentIn(asked.files);
  if (named === undefined && asked.files.length === 0)
    throw new UsageError("no file is given; name the Compose file, or the environment with --stack");
  const environment = named ?? "production";
  const folder = asked.stack === undefined ? folderIfAny(place) : place.projectDirectory();
  const textOf = (file: string) => (folder === undefined ? undefined : place.readFile(pathIn(folder, file)));
  const project = readProjectFile(textOf("Pulumi.yaml"), report);
  const file = `Pulumi.${environment}.yaml`;
  const text = given || named === undefined || project.name === "" ? "" : textOf(file);
  if (text === undefined && asked.stack !== undefined)
    report({ file, line: 1, column: 1 }, "there is no file to read; correct --stack, or give the Compose file");
  const hasFolder = (path: string) => asked.files.length > 0 || place.exists(pathIn(folder ?? "", path));
  const source = { file, text: text ?? "", hasFolder };
  const settings = withAsked(asked, plain, readStackFile(environment, source, project, report), environment);
  return {
    environment,
    assumed: named === undefined,
    files: settings.composeFiles,
    directory: asked.files.length === 0 ? pathIn(folder ?? "", settings.applicationDirectory) : "",
    variables: variables({ ...settings, environment }),
    settings,
  };
}

/** The folder with Pulumi.yaml; undefined if there is none. */
function folderIfAny({ projectDirectory }: ProjectPlace): string | undefined {
  try {
    return projectDirectory();
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

/** The settings of the stack's file with what the command line says instead. */
function withAsked(
  asked: AskedProject,
  plain: Readonly<Record<string, string>>,
  read: StackFile,
  environment: string,
): StackFile {
  const path = `/${read.app}/${environment}`;
  const given = Object.fromEntries(names(asked.parameters).map((name) => [name, `${path}/${name}`] as const));
  return {
    ...read,
    composeFiles: asked.files.length === 0 ? read.composeFiles : asked.files,
    variables: { ...read.variables, ...plain },
    parameterNames: { ...read.parameterNames, ...given },
  };
}

const stackOf = ({ stack }: AskedProject): string | undefined => stack && shortStackName(stack);

function environmentIn(files: readonly string[]): string | undefined {
  return files.flatMap((file) => /(?:^|\/)docker-compose-([a-z][a-z0-9-]*)\.ya?ml$/.exec(file)?.[1] ?? []).at(-1);
}

function names(given: readonly string[]): readonly string[] {
  const wrong = given.find((name) => !/^[A-Za-z_]\w*$/.test(name));
  if (wrong !== undefined) throw new UsageError(`--parameter ${wrong}: give the name of a variable`);
  return given;
}

function pairs(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((pair) => {
      const [, name = "", value = ""] = /^([A-Za-z_]\w*)=(.*)$/s.exec(pair) ?? [];
      if (name === "") throw new UsageError(`--variable ${pair}: give NAME=value`);
      return [name, value] as const;
    }),
  );
}
