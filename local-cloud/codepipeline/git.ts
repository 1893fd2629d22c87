import { execFile } from "node:child_process";

/** A commit of a repository. */
export interface Commit {
  readonly id: string;
  readonly message: string;
  /** ISO 8601. */
  readonly authorDate: string;
  /** Epoch seconds. */
  readonly committed: number;
}

/** The commit of a revision in a bare repository; undefined when there is none. */
export async function readCommit(folder: string, revision: string): Promise<Commit | undefined> {
  const known = await git(folder, "rev-parse", "--quiet", "--verify", "--end-of-options", `${revision}^{commit}`).catch(
    () => undefined,
  );
  if (known === undefined) return undefined;
  const shown = await git(folder, "log", "-1", "--format=%H%x00%aI%x00%ct%x00%B", known.toString().trim());
  const [id = "", authorDate = "", committed = "", message = ""] = shown.toString().split("\0");
  return { id, authorDate, committed: Number(committed), message: message.trim() };
}

/** A commit's files as a zip, with their modes. */
export function archiveCommit(folder: string, commitId: string): Promise<Buffer> {
  return git(folder, "archive", "--format=zip", commitId);
}

function git(folder: string, ...args: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    execFile("git", ["-C", folder, ...args], { encoding: "buffer", maxBuffer: 2 ** 30 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`git ${args.join(" ")}: ${stderr.toString().trim() || error.message}`));
    });
  });
}
