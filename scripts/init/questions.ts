import { existsSync } from "node:fs";
import { answer, type Asker } from "./answers.ts";
import type { SourceRepository } from "./git-remote.ts";
import type { Found } from "./look.ts";
import { ownPackage, packageOf, type OwnPackage } from "./own-package.ts";
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

/** The repository of the application. */
export async function sourceOf(given: Given, { source: found }: Found, asker: Asker): Promise<SourceRepository> {
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

/** The branch whose pushes are released to an environment. */
export async function branchOf(
  environment: string,
  { branch: given }: Given,
  { git }: Found,
  asker: Asker,
): Promise<string> {
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
export async function portOf(given: Given, found: Found, asker: Asker): Promise<string | undefined> {
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

/** Where npm gets this package. */
export async function packageFor(given: Given, { folder }: Found, asker: Asker): Promise<OwnPackage> {
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
      wrong: (text) => {
        const { tarball } = packageOf(text, folder) ?? {};
        if (tarball !== undefined && !existsSync(tarball)) return `there is no such file; ${allowed}`;
        return packageOf(text, folder) === undefined ? allowed : undefined;
      },
    },
    asker,
  );
  return packageOf(specification, folder) ?? { specification };
}
