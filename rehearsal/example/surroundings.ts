import { randomBytes } from "node:crypto";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Asked } from "../../local-cloud/index.ts";
import { completeConfiguration, declaredIn, stackFiles, type Configured } from "../../scripts/for-rehearsal.ts";
import { ensureImages, exampleVariables } from "../images.ts";
import { pushFirst } from "../kit/commits.ts";
import { startDatabase } from "../local/database.ts";
import { startLocalPlace, type LocalPlace } from "../local/place.ts";
import { createRepository } from "./create-repository.ts";

/** The whole environment of a journey, and what can be done there. */
export type Surroundings = LocalPlace;

export interface SurroundingsArgs {
  /** The stack; its name also selects the Compose file. */
  readonly environment: string;
  /** Called with one line for people. */
  readonly log: (line: string) => void;
  /** Called with each permission that a role needs for a call. @default - not called */
  readonly onAsked?: (asked: Asked) => void;
  /**
   * Folder of this repository whose application replaces the example, for example `examples/python-worker`.
   * @default - the example
   */
  readonly sample?: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The repository in the stacks' configuration; the local cloud maps it to one on this machine. */
export const sourceRepository = "acme/shop";

/** Nothing listens there: a build that asked npm's registry would fail. Docker builds do not see this setting. */
export const noRegistry = "http://127.0.0.1:9/";

/** Starts the local cloud, a PostgreSQL and the stand-in providers, and creates a repository with this project. */
export async function startSurroundings({
  environment,
  log,
  onAsked,
  sample,
}: SurroundingsArgs): Promise<Surroundings> {
  await ensureImages({ log });
  return await startLocalPlace({
    environment,
    log,
    onAsked,
    surroundings: { ...process.env, npm_config_registry: noRegistry },
    buildVariables: exampleVariables(),
    prepare: async (run, cloud, client) => {
      const repository = await createRepository({
        directory: join(run.directory, "repository"),
        sourceRoot: root,
        branch: branches[environment] ?? environment,
        sample,
      });
      const { checkout } = repository;
      const parameters = parametersOf(checkout, environment);
      const [database] = parameters.filter(({ variable }) => variable === "DATABASE_URL");
      if (database !== undefined) await startDatabase({ cloud, run, client }, database.name, `shop_${environment}`);
      symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
      return {
        repository,
        program: checkout,
        source: sourceRepository,
        configuration: {
          "compose-ecs-pipeline:sourceRepository": sourceRepository,
          "compose-ecs-pipeline:pollSeconds": "1",
          ...(parameters.some(({ variable }) => variable === "SECRET_KEY_BASE") && {
            "secrets:SECRET_KEY_BASE": { secret: randomBytes(64).toString("hex") },
          }),
        },
        pushFirst,
      };
    },
  });
}

/** The branch that each stack of this repository releases. */
const branches: Readonly<Record<string, string>> = { staging: "staging", production: "main" };

/** The parameters that the stack's file declares and a person has to set. */
function parametersOf(checkout: string, stack: string) {
  const { project, own } = stackFiles(stack, checkout);
  const configured = completeConfiguration(project, (own?.config ?? {}) as Configured);
  const { variables } = declaredIn(stack, project.name ?? "", configured);
  return Object.entries(variables).flatMap(([variable, { name, from }]) =>
    from === "store" ? [] : [{ variable, name }],
  );
}
