import { variables } from "../../components/plain.ts";
import type { Report, Variables } from "../../compose/index.ts";
import { UsageError } from "../kit/refusal.ts";
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
  readonly files: readonly string[];
  readonly variables: Variables;
  readonly settings: StackFile;
}

export type ReadFile = (path: string) => string | undefined;

/**
 * The project that the command line names; reports problems of the stack's file, throws a UsageError if no file is
 * given.
 */
export function composeProjectOf(asked: AskedProject, readFile: ReadFile, report: Report): ComposeProject {
  const given = asked.variables.length + asked.parameters.length > 0;
  if (given && asked.stack !== undefined) throw new UsageError("give either --stack, or --variable and --parameter");
  const plain = pairs(asked.variables);
  const named = stackOf(asked) ?? plain["ECS_ENV_NAME"] ?? environmentIn(asked.files);
  if (named === undefined && asked.files.length === 0)
    throw new UsageError("no file is given; name the Compose file, or the environment with --stack");
  const environment = named ?? "production";
  const project = readProjectFile(readFile("Pulumi.yaml"), report);
  const file = `Pulumi.${environment}.yaml`;
  const text = given || named === undefined ? "" : readFile(file);
  if (text === undefined && asked.stack !== undefined)
    report({ file, line: 1, column: 1 }, "there is no file to read; correct --stack, or give the Compose file");
  const read = readStackFile(environment, { file, text: text ?? "" }, project, report);
  const path = `/${read.app}/${environment}`;
  const settings: StackFile = {
    ...read,
    composeFiles: asked.files.length === 0 ? read.composeFiles : asked.files,
    variables: { ...read.variables, ...plain },
    parameterNames: {
      ...read.parameterNames,
      ...Object.fromEntries(names(asked.parameters).map((name) => [name, `${path}/${name}`])),
    },
  };
  const known = variables({ ...settings, environment });
  return { environment, assumed: named === undefined, files: settings.composeFiles, variables: known, settings };
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
