import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Configuration } from "../../scripts/pulumi/stack.ts";
import { type Engine, parameter } from "./engine.ts";
import { extensionFile, optionSets } from "./option-sets.ts";

/** Environments whose stacks are recorded. */
const environments = ["staging", "production"] as const;

/** A stack that is recorded for the upgrade test. */
export interface EveryOption {
  readonly environment: string;
  /** What it is an example of, for a test's title. */
  readonly title: string;
  readonly configuration: Configuration;
}

/** Every option of Pulumi.yaml for each environment, in as few stacks as the options allow that exclude each other. */
export const everyOption: readonly EveryOption[] = environments.flatMap((environment) => {
  const own = optionsOf(["around", "delivery"], environment);
  const ownVpc = {
    ...own,
    parameters: [...(own["parameters"] as readonly string[]), "LOG_LEVEL"],
    variables: ["FORCE_SSL=true"],
    "settings:LOG_LEVEL": "debug",
    "secrets:SECRET_KEY_BASE": { secret: "known to everybody" },
  };
  return [
    { environment, title: "a VPC that it made", configuration: ownVpc },
    { environment, title: "a VPC given by its id", configuration: optionsOf(["given"], environment) },
    {
      environment,
      title: "a VPC found by its tags",
      configuration: without("sourceRepository", optionsOf(["found", "zip"], environment)),
    },
    { environment, title: "the account's default VPC", configuration: optionsOf(["images"], environment) },
  ];
});

/** The options of some sets together, with the Compose files of an environment. */
function optionsOf(stacks: readonly string[], environment: string): Configuration {
  const sets = stacks.map((stack) => optionSets.find((set) => set.stack === stack)?.configuration ?? {});
  const none: Configuration = { parameters: ["DATABASE_URL", "SECRET_KEY_BASE"] };
  const configuration = sets.reduce((all, set) => ({ ...all, ...set }), none);
  if (configuration["composeFiles"] === undefined) return configuration;
  return { ...configuration, composeFiles: [`docker-compose-${environment}.yml`, extensionFile] };
}

/** A bucket or a registry is no repository of Git. */
function without(option: string, configuration: Configuration): Configuration {
  return Object.fromEntries(Object.entries(configuration).filter(([key]) => key !== option));
}

/** Writes the files that these stacks need into the engine's project, and the parameters that must exist into its cloud. */
export async function prepareEveryOption(engine: Engine, extension: string): Promise<void> {
  writeBareStacks(engine.directory);
  copyFileSync(extension, join(engine.directory, extensionFile));
  await engine.change(parameter("/shared/database", "there"));
  for (const environment of environments)
    for (const variable of ["DATABASE_URL", "SECRET_KEY_BASE"])
      await engine.change(parameter(`/shop/${environment}/${variable}`, "there"));
}

/** Writes files of the stacks that set no option. */
export function writeBareStacks(project: string): void {
  for (const environment of environments)
    writeFileSync(join(project, `Pulumi.${environment}.yaml`), "config:\n  aws:region: us-east-1\n");
}
