import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** One file of a change: a part of it is replaced (the first match), or the whole file is written. */
export type Edit =
  | { readonly file: string; readonly replace: string; readonly by: string }
  | { readonly file: string; readonly text: string };

/** A commit of a rehearsal, as data. */
export interface Change {
  readonly message: string;
  /** Whether its release is expected to fail: the next commit reverts it. */
  readonly fails: boolean;
  /** No edit makes an empty commit. */
  readonly edits: readonly Edit[];
}

/** A local Git remote and the checkout that the commits of a rehearsal are made in. */
export interface Repository {
  /** The bare repository that commits are pushed to. */
  readonly remote: string;
  /** The checkout. */
  readonly checkout: string;
  readonly branch: string;
}

/** Commits everything and pushes it, as the first commit. Returns the full commit id. */
export const pushFirst = (repository: Repository): Promise<string> => commitAndPush(repository, "The shop");

/**
 * Makes a change, commits it and pushes it. Returns the full commit id.
 * First reverts a commit before it that was made to fail, as a team would do.
 */
export async function pushChange(repository: Repository, change: Change): Promise<string> {
  const { checkout } = repository;
  const last = await git(checkout, ["log", "-1", "--format=%B"]);
  if (last.includes(failing)) await git(checkout, ["revert", "--no-edit", "HEAD"]);
  if (change.edits.length === 0) return pushEmpty(repository, change.message);
  for (const edit of change.edits) {
    const path = join(checkout, edit.file);
    const before = "text" in edit ? "" : await readFile(path, "utf8");
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, edited(edit, before));
  }
  return commitAndPush(repository, change.fails ? `${change.message}\n\n${failing}` : change.message);
}

/** Marks a commit that the next one reverts. */
const failing = "To-Be-Reverted: yes";

/** A file's text after an edit; throws when the text to replace is missing. */
export function edited(edit: Edit, before: string): string {
  if ("text" in edit) return edit.text;
  if (!before.includes(edit.replace)) {
    throw new Error(`${edit.file}: "${edit.replace}" is not in it; adapt the change to the application`);
  }
  return before.replace(edit.replace, () => edit.by);
}

async function commitAndPush(repository: Repository, message: string): Promise<string> {
  const { checkout } = repository;
  await git(checkout, ["add", "--all"]);
  return commitStaged(repository, message);
}

/** Makes a commit that changes no file, and pushes it. Returns the full commit id. */
const pushEmpty = (repository: Repository, message: string): Promise<string> =>
  commitStaged(repository, message, ["--allow-empty"]);

async function commitStaged(repository: Repository, message: string, options: readonly string[] = []): Promise<string> {
  await git(repository.checkout, ["commit", "--quiet", "--no-verify", ...options, "--message", message]);
  return pushHead(repository);
}

/** Pushes the commit that is checked out to the repository's branch. Returns the full commit id. */
export async function pushHead({ checkout, branch }: Repository): Promise<string> {
  await git(checkout, ["push", "--quiet", "origin", `HEAD:refs/heads/${branch}`]);
  return git(checkout, ["rev-parse", "HEAD"]);
}

/** The same commits on every machine: without a person's Git configuration, hooks or identity. */
const identity = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Rehearsal",
  GIT_AUTHOR_EMAIL: "rehearsal@example.com",
  GIT_COMMITTER_NAME: "Rehearsal",
  GIT_COMMITTER_EMAIL: "rehearsal@example.com",
};

/** Runs Git in a folder, with the identity of the rehearsal; returns what it printed. */
export async function git(directory: string, args: readonly string[]): Promise<string> {
  // A Git hook sets variables such as GIT_DIR, which would lead to another repository.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  const env = { ...Object.fromEntries(inherited), ...identity };
  const options = { cwd: directory, env, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)("git", [...args], options);
  return stdout.trimEnd();
}
