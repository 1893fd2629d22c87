import { relative, resolve } from "node:path";
import { Refusal, UsageError } from "../kit/refusal.ts";
import { answer, environmentsOf, nameFrom, nameQuestion, wrongName, type Asker } from "./answers.ts";
import { environmentFiles, type EnvironmentFiles } from "./environment-files.ts";
import { branchOf, packageFor, portOf, sourceOf, type Given } from "./questions.ts";
import { infraFiles, type NewFile } from "./infra-files.ts";
import type { Found } from "./look.ts";
import { ownRequirements } from "./own-package.ts";

export interface Proposal {
  readonly files: readonly NewFile[];
  readonly environments: readonly string[];
  /** Parameters that need a value before the first `up`. */
  readonly parameters: readonly string[];
  /** What was found and decided, in a few lines. */
  readonly said: readonly string[];
}

/** Decides what is written; asks for what was neither given nor found. */
export async function propose(given: Given, found: Found, asker: Asker): Promise<Proposal> {
  const environments = environmentsOf(given.environment);
  const composeFile = requireSource(given, found);
  const app = await answer(
    {
      option: "name",
      given: given.name,
      found: nameFrom(found.name),
      always: true,
      question: nameQuestion,
      wrong: wrongName(environments),
    },
    asker,
  );
  const region = await answer(
    {
      option: "region",
      given: given.region,
      found: found.region,
      question: "region of AWS, as in eu-central-1",
      wrong: (text) => (/^[a-z]{2}(-[a-z]+)+-\d$/.test(text) ? undefined : "write a region, as in eu-central-1"),
    },
    asker,
  );
  const source = await sourceOf(given, found, asker);
  const directory = relative(found.folder, resolve(found.folder, given.directory ?? "infra"));
  if (directory === "")
    throw new UsageError("init: --directory .: the program needs a folder of its own; give another one");
  const port = await portOf(given, found, asker);
  const own = await packageFor(given, found, asker);
  const common = { app, region, source, directory, composeFile, port };
  const made: EnvironmentFiles[] = [];
  for (const environment of environments) {
    const branch = await branchOf(environment, given, found, asker);
    made.push(await complete({ ...common, environment, branch, variables: pairsOf(given.variable) }, found, asker));
  }
  const infra = infraFiles({
    app,
    directory,
    environments,
    ...own,
    requirements: ownRequirements(),
    ownProgram: given["own-program"] === true,
  });
  const parameters = [...new Set(made.flatMap(({ stack }) => stack.parameters))];
  const said = [
    `application ${app}, ${source.provider} ${source.repository}, ${region}`,
    ...environments.map((environment, index) => `environment ${environment}: from ${made[index]?.from ?? ""}`),
  ];
  return { files: [...infra, ...made.flatMap(({ files }) => files)], environments, parameters, said };
}

/** Refuses a folder that has nothing to build. */
function requireSource(given: Given, found: Found): string | undefined {
  const file = given["compose-file"];
  if (file !== undefined && !found.files.exists(file))
    throw new UsageError(`init: --compose-file ${file}: there is no such file`);
  if (file !== undefined || found.composeFiles.length > 0 || found.dockerfiles.length > 0) return file;
  throw new Refusal(
    `init: ${found.folder}: there is neither a Dockerfile nor a Compose file; run init in the application's folder, or write a Dockerfile`,
  );
}

/** The files of an environment, after a person has given the values that nothing says. */
async function complete(
  answers: Parameters<typeof environmentFiles>[0],
  found: Found,
  asker: Asker,
): Promise<EnvironmentFiles> {
  const made = environmentFiles(answers, found);
  const [name] = made.stack.unset;
  if (name === undefined) return made;
  const question = `a value of ${name}, which ${made.from} reads`;
  if (asker.ask === undefined)
    throw new Refusal(`init: nothing sets ${name}, which ${made.from} reads; give --variable ${name}=value`);
  const value = await asker.ask(`${question}: `);
  return complete({ ...answers, variables: { ...answers.variables, [name]: value.trim() } }, found, asker);
}

function pairsOf(given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((pair) => {
      const [, name = "", value = ""] = /^([A-Za-z_]\w*)=(.*)$/s.exec(pair) ?? [];
      if (name === "") throw new UsageError(`init: --variable ${pair}: give NAME=value`);
      return [name, value] as const;
    }),
  );
}
