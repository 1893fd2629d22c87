import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { refusal, settled, startCloud, type CloudArgs } from "./cloud.ts";

/** How a run of the program departs from the stack's own configuration. */
export interface ProgramArgs extends CloudArgs {
  readonly stack: string;
  /** The program's folder. @default - this repository */
  readonly directory?: string;
}

/** The repository every test's stack is given, since Pulumi.yaml can name none. */
const repository = "acme/shop";

const project = "compose-ecs-pipeline";
let run = 0;

/** Runs index.ts for a stack, with Pulumi.yaml's defaults under the stack's own file, and gives its outputs. */
export async function runProgram(args: ProgramArgs): Promise<Record<string, unknown>> {
  const { stack, config, answers, directory = "." } = args;
  await startCloud({
    stack,
    config: { ...configOf(stack), ...config },
    answers: { ...parametersThere, ...answers },
  });
  const before = process.cwd();
  process.chdir(directory);
  try {
    // A module is evaluated once; each query is another module to Node.
    const outputs = (await import(`../../index.ts?run=${String(run++)}`)) as Record<string, unknown>;
    await settled();
    return outputs;
  } finally {
    process.chdir(before);
  }
}

/** What a first `up` creates itself: production's file asks for a database. */
const madeByUp = ["/.database/password", "/.cache/token", "/shop/production/DATABASE_URL"];

/** A store in which every other parameter that is asked for exists, and no rollback is held. */
export const parametersThere = {
  "aws:ssm/getParameter:getParameter": (inputs: Readonly<Record<string, unknown>>) => {
    const name = String(inputs["name"]);
    if (madeByUp.some((end) => name.endsWith(end))) throw refusal(`${name}: couldn't find resource`);
    return { ...inputs, type: "SecureString", value: "as it was", version: 1 };
  },
  "aws:ssm/getParametersByPath:getParametersByPath": () => ({ names: [], values: [], arns: [], types: [] }),
};

/** Configuration as the engine hands it to the program: what Pulumi.yaml defaults, then what the stack's file sets. */
export function configOf(stack: string): Readonly<Record<string, string>> {
  const declared = Object.entries(read("Pulumi.yaml").config as Record<string, { default?: unknown }>);
  const defaults = declared
    .filter(([, key]) => key.default !== undefined)
    .map(([name, key]) => [`${project}:${name}`, key.default]);
  const own = Object.entries(read(`Pulumi.${stack}.yaml`).config as Record<string, unknown>);
  const all = [...defaults, ...own].map(([name, value]) => [name, configText(value)]);
  return { ...(Object.fromEntries(all) as Record<string, string>), [`${project}:sourceRepository`]: repository };
}

/** A value of the configuration as the engine hands it to the program. */
export const configText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

function read(file: string): { readonly config: unknown } {
  return parse(readFileSync(file, "utf8")) as { config: unknown };
}
