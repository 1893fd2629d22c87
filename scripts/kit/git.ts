import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What a Git checkout knows about commits. */
export interface Git {
  /** The full id of a commit, given by a short id or a name; undefined if the checkout does not have it. */
  readonly resolve: (commit: string) => Promise<string | undefined>;
  /** The author of a commit; undefined if the checkout does not have it. */
  readonly author: (commit: string) => Promise<string | undefined>;
  /**
   * One line for each commit that is in `to` and not in `from`, newest first; undefined if the checkout does not have
   * both.
   */
  readonly between: (from: string, to: string) => Promise<readonly string[] | undefined>;
}

/** The checkout in a folder. Outside a repository, or without Git, it knows no commit. */
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
