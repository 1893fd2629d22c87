import { stringify } from "yaml";
import type { ComposeSettings } from "./draft.ts";
import type { SourceRepository } from "./git-remote.ts";
import type { StackVariables } from "./stack-variables.ts";

/** What `Pulumi.<environment>.yaml` says. */
export interface StackText {
  readonly app: string;
  readonly region: string;
  readonly source: SourceRepository;
  readonly branch: string;
  /** The application's folder, from the program's folder. */
  readonly applicationDirectory: string;
  /** The application's folder inside its repository. */
  readonly repositoryDirectory: string;
  /** The program's folder inside the application's repository; undefined if it is elsewhere. */
  readonly programDirectory: string | undefined;
  readonly composeFile: string;
  readonly environment: string;
  readonly settings: ComposeSettings;
  readonly stack: StackVariables;
  /** Whether the load balancer reaches a container that has no health check. */
  readonly unchecked: boolean;
}

/** The text of `Pulumi.<environment>.yaml`: only what differs from the defaults. */
export function stackText(given: StackText): string {
  const lines = [
    ...["aws:region"].flatMap((key) => entry(key, given.region)),
    ...Object.entries(keysOf(given)).flatMap(([key, value]) => entry(`${given.app}:${key}`, value)),
    ...comments(given),
  ];
  return [
    "# yaml-language-server: $schema=node_modules/compose-ecs-pipeline/dist/settings/stack.schema.json",
    "config:",
    ...lines,
    "",
  ].join("\n");
}

function keysOf({
  source,
  settings,
  stack,
  ...given
}: StackText): Readonly<Record<string, string | readonly string[]>> {
  const usual = `docker-compose-${given.environment}.yml`;
  const variables = Object.entries(stack.variables).map(([name, value]) => `${name}=${value}`);
  const { databaseEngine, databaseVariable, cacheEngine, cacheVariable, architecture } = settings;
  const keys = {
    applicationDirectory: given.applicationDirectory === "." ? "" : given.applicationDirectory,
    repositoryDirectory: given.repositoryDirectory,
    sourceProvider: source.provider === "GitHub" ? "" : source.provider,
    sourceRepository: source.repository,
    branch: given.branch === "main" ? "" : given.branch,
    filePaths:
      given.programDirectory === undefined || source.provider === "CodeCommit" ? [] : [`!${given.programDirectory}/**`],
    composeFiles: given.composeFile === usual ? [] : [given.composeFile],
    architecture: architecture ?? "",
    databaseEngine: databaseEngine ?? "",
    databaseVariable: databaseVariable ?? "",
    cacheEngine: cacheEngine ?? "",
    cacheVariable: cacheVariable ?? "",
    variables,
    parameters: stack.parameters,
  };
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value.length > 0));
}

function entry(key: string, value: string | readonly string[]): readonly string[] {
  const scalar = (text: string): string => stringify(text, { lineWidth: 0 }).trim();
  return typeof value === "string"
    ? [`  ${key}: ${scalar(value)}`]
    : [`  ${key}:`, ...value.map((one) => `    - ${scalar(one)}`)];
}

/** What a person may want to set, or has to do. */
function comments({ app, stack, unchecked }: StackText): readonly string[] {
  const defaults = Object.entries(stack.defaults).map(([name, value]) => `${name}=${value.replace(/\n/g, "\\n")}`);
  return [
    ...(defaults.length === 0 ? [] : [`  # Variables that have a default in the Compose file: ${defaults.join(", ")}`]),
    ...(unchecked
      ? [
          "  # The load balancer asks /health, and takes a task only while it answers 200. Another path:",
          `  # ${app}:healthCheckPath: /`,
        ]
      : []),
  ];
}
