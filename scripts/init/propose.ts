import { relative, resolve } from "node:path";
import { Refusal, UsageError } from "../kit/refusal.ts";
import { answer, environmentsOf, nameFrom, nameQuestion, wrongName, type Asker } from "./answers.ts";
import { environmentFiles, type EnvironmentFiles } from "./environment-files.ts";
import type { SourceRepository } from "./git-remote.ts";
import { infraFiles, type NewFile } from "./infra-files.ts";
import type { Found } from "./look.ts";
import { ownPackage, ownRequirements, packageOf, type OwnPackage } from "./own-package.ts";
import { exposedPort } from "./ports.ts";

/** What the command line says. */
export interface Given {
  readonly name?: string | undefined;
  readonly environment: readonly string[];
  readonly repository?: string | undefined;
  readonly provider?: string | undefined;
  readonly branch: readonly string[];
  readonly region?: string | undefined;
  readonly directory?: string | undefined;
  readonly "compose-file"?: string | undefined;
  readonly port?: string | undefined;
  readonly variable: readonly string[];
  readonly package?: string | undefined;
  readonly "own-program"?: boolean | undefined;
}

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

async function sourceOf(given: Given, { source: found }: Found, asker: Asker): Promise<SourceRepository> {
  const providers = ["GitHub", "GitLab", "Bitbucket", "CodeCommit"] as const;
  const provider = await answer(
    {
      option: "provider",
      given: given.provider,
      found: found?.provider ?? (given.repository === undefined ? undefined : "GitHub"),
      question: "where the repository is (GitHub, GitLab, Bitbucket or CodeCommit)",
      wrong: (text) =>
        providers.some((one) => one === text) ? undefined : `write ${providers.slice(0, -1).join(", ")} or CodeCommit`,
    },
    asker,
  );
  const full = provider !== "CodeCommit";
  const repository = await answer(
    {
      option: "repository",
      given: given.repository,
      found: found?.provider === provider ? found.repository : undefined,
      question: full ? "the repository, as owner/name" : "the repository's name",
      wrong: (text) =>
        (full ? /^(?!.*\.git$)[\w.-]+(\/[\w.-]+)+$/ : /^(?!.*\.git$)[\w.-]+$/).test(text)
          ? undefined
          : full
            ? "write owner/name without .git, as in acme/shop"
            : "write the name alone, as in shop",
    },
    asker,
  );
  return { provider: providers.find((one) => one === provider) ?? "GitHub", repository };
}

async function branchOf(environment: string, { branch: given }: Given, { git }: Found, asker: Asker): Promise<string> {
  const named = given.flatMap((one) =>
    one.startsWith(`${environment}=`) ? [one.slice(environment.length + 1)] : [],
  )[0];
  const every = given.find((one) => !one.includes("="));
  const found = git?.branches.includes(environment) === true ? environment : (git?.defaultBranch ?? git?.branch);
  const question = `the branch whose pushes are released to ${environment}`;
  return answer(
    {
      option: "branch",
      given: named ?? every,
      found,
      question,
      wrong: (text) => (/^[\w./-]+$/.test(text) ? undefined : "write the name of a branch"),
    },
    asker,
  );
}

/** The port of an application that has no Compose file; undefined if nothing listens. */
async function portOf(given: Given, found: Found, asker: Asker): Promise<string | undefined> {
  if (given["compose-file"] !== undefined || found.composeFiles.length > 0) return undefined;
  const exposed = exposedPort(found.files.readFile(found.dockerfiles[0] ?? "Dockerfile"));
  const port = await answer(
    {
      option: "port",
      given: given.port,
      found: exposed,
      question: "the port at which the application listens, or none",
      wrong: (text) =>
        text === "none" || (/^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535)
          ? undefined
          : "write a port from 1 to 65535, or none",
    },
    asker,
  );
  return port === "none" ? undefined : port;
}

async function packageFor(given: Given, { folder }: Found, asker: Asker): Promise<OwnPackage> {
  const installed = given.package === undefined ? ownPackage() : undefined;
  if (installed !== undefined) return installed;
  const allowed =
    "write a tarball (./compose-ecs-pipeline-1.0.0.tgz), a URL or a Git repository; a version alone names a package of the registry, which is not this one";
  const specification = await answer(
    {
      option: "package",
      given: given.package,
      found: undefined,
      question: "where npm gets this package: a tarball, URL or Git repository",
      wrong: (text) => (packageOf(text, folder) === undefined ? allowed : undefined),
    },
    asker,
  );
  return packageOf(specification, folder) ?? { specification };
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
