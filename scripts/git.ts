import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What a checkout knows of commits. */
export interface Git {
  /** The 40 digits of a commit, by any name it has here. @default - it is not in this repository */
  readonly commit: (name: string) => Promise<string | undefined>;
  /** Whether the first commit is an ancestor of the second; both are here. */
  readonly isAncestor: (older: string, newer: string) => Promise<boolean>;
  /** The commits that the second has and the first has not, newest first: short id and first line, at most so many. */
  readonly between: (older: string, newer: string, most: number) => Promise<readonly string[]>;
}

/** Git, asked in a folder; a folder without a repository knows no commit. */
export function gitIn(folder: string): Git {
  const git = async (...args: readonly string[]): Promise<string | undefined> => {
    try {
      const { stdout } = await promisify(execFile)("git", ["-C", folder, ...args]);
      return stdout.trim();
    } catch (error) {
      // Git says no by its exit code; anything else (it is not installed) is no answer, and nothing is known then either.
      if (typeof error === "object" && error !== null && "code" in error) return undefined;
      throw error;
    }
  };
  return {
    commit: (name) => git("rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`),
    isAncestor: async (older, newer) => (await git("merge-base", "--is-ancestor", older, newer)) !== undefined,
    between: async (older, newer, most) => {
      const lines = await git("log", "--format=%h %s", `--max-count=${most}`, `${older}..${newer}`);
      return (lines ?? "").split("\n").filter((line) => line !== "");
    },
  };
}
