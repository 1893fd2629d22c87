import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { composeCommand, fitToStack, Refusal as ProgramRefusal } from "../../components/plain.ts";
import { collectProblems, ComposeError, readApplication, type Problem } from "../../compose/index.ts";
import { checkReport } from "./check.ts";
import { explanationOf, type Translated } from "./explain.ts";
import { checkLines } from "./lines.ts";
import { composeProjectOf, pathIn, type AskedProject, type ProjectPlace, type ReadFile } from "./project.ts";
import { projectDirectory } from "../pulumi/project-directory.ts";
import { explanationLines } from "./explanation-lines.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";

/** The functions that the commands about Compose files use to read and print. */
export interface ComposeSurroundings extends ProjectPlace {
  /** Prints a line of the result. */
  readonly say: (line: string) => void;
  /** Prints a line about a problem. */
  readonly warn: (line: string) => void;
  /** Width of the terminal. */
  readonly columns: number;
}

const usage = `usage: ${composeCommand} check [FILE]... [OPTION]...
       ${composeCommand} explain SERVICE [FILE]... [OPTION]...

  check    reports all problems of Compose files, or prints what each service becomes
  explain  prints a service's container definition next to the lines it comes from

  --stack NAME           the environment, as in Pulumi.NAME.yaml, which names the files and the variables;
                         else NAME of a file docker-compose-NAME.yml, and production for any other file
  --variable NAME=value  a plain variable, instead of those in Pulumi.NAME.yaml; any number of times
  --parameter NAME       a variable that is a parameter, likewise
  --json                 print JSON`;

const options = {
  stack: { type: "string" },
  variable: { type: "string", multiple: true, default: [] as string[] },
  parameter: { type: "string", multiple: true, default: [] as string[] },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** Runs one command line; returns 0 without problems, 1 with problems, 2 if the command line is wrong. */
export function run(args: readonly string[], around: ComposeSurroundings): 0 | 1 | 2 {
  try {
    const { values, positionals } = parsed(args);
    if (values.help) {
      around.say(usage);
      return 0;
    }
    const [verb = "", ...rest] = positionals;
    const explains = verb === "explain";
    if (verb !== "check" && !explains)
      throw new UsageError(verb === "" ? "no command is given" : `${verb}: there is no such command`);
    const [service, files] = explains ? [rest[0], rest.slice(1)] : [undefined, rest];
    if (explains && service === undefined) throw new UsageError("explain: name the service");
    return told({ service, files, ...values }, around);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    around.warn(error.message);
    around.warn(usage);
    return 2;
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

interface Asked {
  /** The service to explain. @default - all are checked */
  readonly service: string | undefined;
  readonly files: readonly string[];
  readonly stack?: string | undefined;
  readonly variable: readonly string[];
  readonly parameter: readonly string[];
  readonly json: boolean;
}

function told({ service, json, files, stack, variable, parameter }: Asked, around: ComposeSurroundings): 0 | 1 {
  try {
    const read = translated({ files, stack, variables: variable, parameters: parameter }, around);
    const result =
      service === undefined
        ? checkReport(read.project, read.file, read.application)
        : explanationOf(service, read, read.readFile);
    const lines = json
      ? [JSON.stringify({ problems: [], ...result })]
      : "definition" in result
        ? explanationLines(result, around.columns)
        : checkLines(result);
    for (const line of lines) around.say(line);
    return 0;
  } catch (error) {
    const problems = problemsOf(error);
    if (json) around.say(JSON.stringify({ problems }));
    else {
      around.warn((error as Error).message);
      if (problems.some(({ message }) => message.startsWith("nothing sets "))) around.warn(settingHint);
    }
    return 1;
  }
}

const assumption =
  "checked for the environment production, without the settings of a stack; give --stack NAME for those of Pulumi.NAME.yaml";

const settingHint =
  "to set a variable here, give --variable NAME=value, or --parameter NAME where its value is a secret; a stack has both in Pulumi.NAME.yaml";

/** Reads and translates a project; throws a ComposeError or a Refusal with all problems. */
function translated(asked: AskedProject, around: ComposeSurroundings): Translated & { readonly readFile: ReadFile } {
  const project = collectProblems([], (report) => composeProjectOf(asked, around, report));
  if (project.assumed) around.warn(`${project.files.join(", ")}: ${assumption}`);
  const { environment, files, directory, variables, settings } = project;
  const readFile = (path: string) => around.readFile(pathIn(directory, path));
  const exists = (path: string) => around.exists(pathIn(directory, path));
  const read = readApplication({ files, variables, readFile, ...(settings.builds && { exists }) });
  const application = fitToStack({ ...settings, environment }, read.application);
  return { project, file: read.file, application, readFile };
}

/** The problems of an error, with their places if they have one. */
function problemsOf(error: unknown): readonly (Problem | { readonly message: string })[] {
  if (error instanceof ComposeError) return error.problems;
  if (error instanceof ProgramRefusal || error instanceof Refusal)
    return error.message.split("\n").map((message) => ({ message }));
  throw error;
}

/** The text of a file; undefined if it cannot be read. */
function readHere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Runs the command line of this process. */
export function main(args: readonly string[]): number {
  // A reader such as `head` may close the pipe after the first lines.
  process.stdout.once("error", () => process.exit());
  return run(args, {
    say: (line) => void process.stdout.write(`${line}\n`),
    warn: (line) => void process.stderr.write(`${line}\n`),
    readFile: readHere,
    exists: existsSync,
    projectDirectory,
    columns: process.stdout.columns || 120,
  });
}
