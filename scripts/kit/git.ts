import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What a checkout knows of commits. */
export interface Git {
  /** The full id of a commit, given short or by a name; undefined where the checkout does not know it. */
  readonly resolve: (commit: string) => Promise<string | undefined>;
  /** Who wrote a commit; undefined where the checkout does not know it. */
  readonly author: (commit: string) => Promise<string | undefined>;
  /** One line for each commit that `to` has and `from` has not, newest first; undefined where one is not known. */
  readonly between: (from: string, to: string) => Promise<readonly string[] | undefined>;
}

/** The checkout of a folder; a folder outside every repository, or a machine without Git, knows nothing. */
export function checkout(directory: string): Git {
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    try {
      return (await run("git", args, { cwd: directory })).stdout.trim();
    } catch {
      return undefined;
    }
  };
  return {
    resolve: (commit) => git("rev-parse", "--verify", "--quiet", "--end-of-options", `${commit}^{commit}`),
    author: (commit) => git("show", "--no-patch", "--format=%an", "--end-of-options", `${commit}^{commit}`),
    between: async (from, to) => {
      const lines = await git("log", "--format=%h %s", "--end-of-options", `${from}..${to}`);
      return lines?.split("\n").filter((line) => line !== "");
    },
  };
}

const run = promisify(execFile);
