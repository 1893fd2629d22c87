import { execFileSync } from "node:child_process";

/** What Git knows about the folder of an application. */
export interface GitFacts {
  /** The application's folder inside the repository; empty at its top. */
  readonly inside: string;
  /** The URL of the remote `origin`, or of the only remote. */
  readonly remote: string | undefined;
  /** The branch that is checked out. */
  readonly branch: string | undefined;
  /** The branch that the remote shows first. */
  readonly defaultBranch: string | undefined;
  /** Names of all branches, here and at the remote. */
  readonly branches: readonly string[];
  /** Paths below the application's folder that Git has or would take. */
  readonly files: ReadonlySet<string>;
}

/** The facts about a folder; undefined if it is in no repository. */
export function gitFacts(folder: string): GitFacts | undefined {
  if (git(folder, "rev-parse", "--is-inside-work-tree") !== "true") return undefined;
  const remotes = lines(git(folder, "remote"));
  const name = remotes.includes("origin") ? "origin" : remotes.length === 1 ? remotes[0] : undefined;
  const here = lines(git(folder, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads"));
  const there =
    name === undefined
      ? []
      : lines(git(folder, "for-each-ref", "--format=%(refname:lstrip=3)", `refs/remotes/${name}`));
  const head = name && git(folder, "symbolic-ref", "--quiet", `refs/remotes/${name}/HEAD`);
  const kept = lines(git(folder, "ls-files", "--cached"));
  const others = lines(git(folder, "ls-files", "--others", "--exclude-standard"));
  return {
    inside: (git(folder, "rev-parse", "--show-prefix") ?? "").replace(/\/$/, ""),
    remote: name && git(folder, "remote", "get-url", name),
    branch: git(folder, "symbolic-ref", "--quiet", "--short", "HEAD") || undefined,
    defaultBranch: /^refs\/remotes\/[^/]+\/(.+)$/.exec(head ?? "")?.[1],
    branches: [...new Set([...here, ...there.filter((one) => one !== "HEAD")])],
    // An env file that Git does not have yet may be meant to stay out of it.
    files: new Set([...kept, ...others.filter((path) => !/(^|\/)\.env[^/]*$/.test(path) || isExample(path))]),
  };
}

const isExample = (path: string): boolean => /\.(example|sample|dist|template|defaults)$/.test(path);

const lines = (text: string | undefined): readonly string[] => (text ?? "").split("\n").filter((line) => line !== "");

/** What Git prints; undefined if it fails or is not installed. */
function git(cwd: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync("git", args, {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      maxBuffer: 2 ** 28,
    }).trim();
  } catch {
    return undefined;
  }
}
