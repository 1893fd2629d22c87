import { existsSync, readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import {
  ComposeError,
  readApplication,
  type Application,
  type FargateSize,
  type Task,
  type Variables,
} from "../../compose/index.ts";
import type { Architecture } from "../kit/architecture.ts";
import { checkStack } from "./check-stack.ts";
import { Refusal } from "../kit/refusal.ts";

export interface ComposeFileArgs {
  readonly environment: string;
  /** The application's folder, from which all paths start, also those in messages. @default - the current folder */
  readonly directory?: string;
  /** Paths of the environment's Compose files; later files change what earlier ones say. */
  readonly composeFiles: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** Name of the parameter behind each variable that is a parameter. */
  readonly parameterNames: Readonly<Record<string, string>>;
  /** Fargate size of the environment's own service. @default - the smallest that holds the containers' limits */
  readonly size?: FargateSize | undefined;
  /** Whether a build runs the services of the profile `test`. @default - false */
  readonly runTests?: boolean;
  /** The processor of build and tasks. @default - x86_64 */
  readonly architecture?: Architecture;
  /** Variables that are parameters and whose values the build sees. @default - none */
  readonly buildParameters?: readonly string[];
  /** Where the code is. @default - in a repository whose files are in this folder */
  readonly source?: { readonly provider: string };
  /** The environment whose images are released instead of building them. @default - none */
  readonly promoteFrom?: string | undefined;
}

/** The settings of a stack that its Compose files depend on. */
export interface ComposeFileSettings {
  readonly environment: string;
  readonly applicationDirectory: string;
  readonly composeFiles: readonly string[];
  readonly architecture: Architecture;
  readonly source: { readonly provider: string };
  readonly parameters: { readonly names: Readonly<Record<string, string>> };
  readonly build: {
    readonly runTests: boolean;
    readonly promoteFrom: string | undefined;
    readonly parameters: readonly string[];
  };
  readonly services: { readonly size: FargateSize | undefined };
}

/** The arguments with which the Compose files of a stack with these settings are read; `variables` includes the names of its stores. */
export const composeFileArgs = (
  settings: ComposeFileSettings,
  variables: Readonly<Record<string, string>>,
): ComposeFileArgs => ({
  environment: settings.environment,
  directory: settings.applicationDirectory,
  composeFiles: settings.composeFiles,
  variables,
  parameterNames: settings.parameters.names,
  size: settings.services.size,
  runTests: settings.build.runTests,
  architecture: settings.architecture,
  buildParameters: settings.build.parameters,
  source: settings.source,
  promoteFrom: settings.build.promoteFrom,
});

/** Refuses a stack whose `applicationDirectory`, relative to the program's folder, is not a folder. */
export function requireApplicationDirectory({
  environment,
  applicationDirectory: given,
}: Pick<ComposeFileSettings, "environment" | "applicationDirectory">): void {
  if (statSync(given, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new Refusal(
    `Pulumi.${environment}.yaml: applicationDirectory: there is no folder "${given}"; set the application's folder, relative to the folder with Pulumi.yaml`,
  );
}

/** The application that the Compose files of a stack describe, in the configured size; throws a Refusal. */
export function readStackApplication(args: ComposeFileArgs): Application {
  const { composeFiles, directory = ".", environment } = args;
  const inDirectory = (path: string): string => resolve(directory, path);
  const exists = (path: string): boolean => existsSync(inDirectory(path));
  const absent = composeFiles.filter((file) => !exists(file));
  if (absent.length > 0) {
    const where =
      args.directory === undefined ? "" : ` in the application's folder (applicationDirectory: ${directory})`;
    const lines = absent.map((file) => `${file}: there is no such file; the stack ${environment} needs it${where}`);
    throw new Refusal(lines.join("\n"));
  }
  try {
    // Images that are not built here need neither a context nor a Dockerfile.
    const builds = args.source?.provider !== "ECR" && args.promoteFrom === undefined;
    const readFile = (path: string): string | undefined => textOf(inDirectory(path));
    const source = { files: composeFiles, variables: variables(args), readFile };
    return fitToStack(args, readApplication({ ...source, ...(builds && { exists }) }).application);
  } catch (error) {
    throw error instanceof ComposeError ? new Refusal(error.message) : error;
  }
}

/** The application with the environment's own service in the stack's size; throws a Refusal if the stack cannot deliver it. */
export function fitToStack(args: ComposeFileArgs, application: Application): Application {
  check(args, application);
  return { ...application, services: sized(args, application.services) };
}

/** The text of a file; undefined if it cannot be read. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** The kind of each variable at `up`: only a build knows `IMAGE_TAG`. */
export function variables(args: Pick<ComposeFileArgs, "environment" | "variables" | "parameterNames">): Variables {
  const plain = { ...args.variables, ECS_ENV_NAME: args.environment };
  return {
    ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, { kind: "plain", value }] as const)),
    ...Object.fromEntries(Object.keys(args.parameterNames).map((name) => [name, { kind: "parameter" }] as const)),
    IMAGE_TAG: { kind: "build" },
  };
}

function check(args: ComposeFileArgs, application: Application): void {
  const { runTests = false } = args;
  if (!application.services.some(({ containers }) => containers.some(({ image }) => "built" in image))) {
    throw new Refusal(
      `${all(args)}: no service has "build", but a pipeline needs an image to build and deploy; write a Dockerfile (one line, FROM and an image, is enough), and "build" in its service`,
    );
  }
  if (runTests && application.tests.services.length === 0) {
    throw new Refusal(
      `${all(args)}: runTests is true, but no service has the profile "test"; add one or set runTests to false`,
    );
  }
  const { architecture, variables, parameterNames, buildParameters } = args;
  checkStack({ where: all(args), architecture, variables, parameterNames, buildParameters }, application);
}

/** The services with the environment's own in the stack's size; throws a Refusal if its containers' limits do not fit. */
function sized(args: ComposeFileArgs, services: readonly Task[]): readonly Task[] {
  const { size } = args;
  if (size === undefined) return services;
  const [own, ...others] = services;
  if (own?.name !== "") {
    throw new Refusal(
      `${all(args)}: every service names an ECS service in "x-ecs", so taskCpu ${size.cpu} applies to none; set taskCpu and taskMemoryMiB to 0`,
    );
  }
  const cpu = sum(own.containers.map((container) => container.cpu));
  const memoryMiB = sum(own.containers.map((container) => container.memoryMiB ?? container.memoryReservationMiB));
  if (cpu <= size.cpu && memoryMiB <= size.memoryMiB) return [{ ...own, size }, ...others];
  throw new Refusal(
    `${all(args)}: the containers' limits need ${cpu} CPU units and ${memoryMiB} MiB, more than taskCpu ${size.cpu} and taskMemoryMiB ${size.memoryMiB}; raise these or lower the limits`,
  );
}

/** The names of all files, for problems that are not in a single file. */
const all = ({ composeFiles }: ComposeFileArgs): string => composeFiles.join(", ");

const sum = (values: readonly (number | undefined)[]): number =>
  values.reduce((all: number, one) => all + (one ?? 0), 0);
