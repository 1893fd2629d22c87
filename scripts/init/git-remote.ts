/** A repository as the settings `sourceProvider` and `sourceRepository` name it. */
export interface SourceRepository {
  readonly provider: "GitHub" | "GitLab" | "Bitbucket" | "CodeCommit";
  readonly repository: string;
  /** The region of a CodeCommit repository, if its URL says it. */
  readonly region?: string;
}

/** The repository behind the URL of a Git remote; undefined if its host is none that a pipeline can read from. */
export function repositoryOf(url: string): SourceRepository | undefined {
  const helper = /^codecommit:(?::([a-z0-9-]+):)?\/\/(?:[^@/]+@)?([\w.-]+)$/.exec(url);
  if (helper !== null) return codeCommit(helper[2] ?? "", helper[1]);
  const [, host = "", path = ""] =
    /^[a-z+]+:\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/(.+)$/.exec(url) ??
    /^(?:[^@/\s]+@)?([^/:\s]+):(?!\/\/)(.+)$/.exec(url) ??
    [];
  const name = path.replace(/^\/+|\/+$/g, "").replace(/\.git$/, "");
  const [, region] = /^git-codecommit\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(host) ?? [];
  if (region !== undefined) return codeCommit(name.replace(/^v1\/repos\//, ""), region);
  // A host such as github.com-work is an alias of ~/.ssh/config.
  const found = providers.find(([pattern]) => pattern.test(host));
  if (found === undefined || !/^[\w.-]+(\/[\w.-]+)+$/.test(name)) return undefined;
  return { provider: found[1], repository: name };
}

const providers = [
  [/^(ssh\.)?github\.com(-.*)?$/, "GitHub"],
  [/^(altssh\.)?gitlab\.com(-.*)?$/, "GitLab"],
  [/^(altssh\.)?bitbucket\.org(-.*)?$/, "Bitbucket"],
] as const;

const codeCommit = (repository: string, region: string | undefined): SourceRepository => ({
  provider: "CodeCommit",
  repository,
  ...(region !== undefined && { region }),
});
