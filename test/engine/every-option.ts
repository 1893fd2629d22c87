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

/** Every option of Pulumi.yaml for each environment, in as few stacks as possible: some options exclude each other. */
export const everyOption: readonly EveryOption[] = environments.flatMap((environment) =>
  optionSets.map(({ title, configuration }) => {
    const given = { parameters: ["DATABASE_URL", "SECRET_KEY_BASE"], ...configuration };
    if (configuration["composeFiles"] === undefined) return { environment, title, configuration: given };
    const more = {
      composeFiles: [`docker-compose-${environment}.yml`, extensionFile],
      parameters: [...(configuration["parameters"] as readonly string[]), "LOG_LEVEL"],
      variables: ["FORCE_SSL=true"],
      "settings:LOG_LEVEL": "debug",
      "secrets:SECRET_KEY_BASE": { secret: "known to everybody" },
    };
    return { environment, title, configuration: { ...given, ...more } };
  }),
);

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
