import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Change, Edit } from "./changes.ts";

/** A local Git remote and the checkout that the journey's commits are made in. */
export interface Repository {
  /** The bare repository that is pushed to. */
  readonly remote: string;
  /** The checkout. */
  readonly checkout: string;
  readonly branch: string;
}

/** Where a repository is made and what is in it. */
export interface CreateRepositoryArgs {
  /** Folder that gets the repository; it is made. */
  readonly directory: string;
  /** This project: every file that Git does not ignore goes in, committed here or not. */
  readonly sourceRoot: string;
  readonly branch: string;
  /** A sample, whose folder below `sourceRoot` holds what takes the place of the example application. @default - none */
  readonly sample?: string | undefined;
}

/** Makes a bare repository and a checkout that holds this project's files, nothing committed yet. */
export async function createRepository(args: CreateRepositoryArgs): Promise<Repository> {
  const { directory, sourceRoot, branch } = args;
  const repository = { remote: join(directory, "remote.git"), checkout: join(directory, "checkout"), branch };
  await mkdir(directory, { recursive: true });
  await git(directory, ["init", "--quiet", "--bare", `--initial-branch=${branch}`, repository.remote]);
  await git(directory, ["init", "--quiet", `--initial-branch=${branch}`, repository.checkout]);
  await git(repository.checkout, ["remote", "add", "origin", repository.remote]);
  for (const [file, target] of placed(await filesOf(sourceRoot, repository.checkout), args.sample)) {
    const path = join(repository.checkout, target);
    await mkdir(dirname(path), { recursive: true });
    await cp(join(sourceRoot, file), path, { verbatimSymlinks: true });
  }
  return repository;
}

/** Which file goes where: each to its own place, or those of a sample instead of the example's, as its README says. */
function placed(files: readonly string[], sample: string | undefined): readonly (readonly [string, string])[] {
  if (sample === undefined) return files.map((file) => [file, file]);
  const others = files.filter((file) => !/^(app\/|examples\/|docker-compose-|Pulumi\..+\.yaml$)/.test(file));
  const own = files.filter((file) => file.startsWith(`${sample}/`) && file !== `${sample}/README.md`);
  return [
    ...others.map((file) => [file, file] as const),
    ...own.map((file) => [file, file.slice(sample.length + 1)] as const),
  ];
}

/** Commits everything as it is and pushes it: the journey's commit A; gives the full commit id. */
export async function pushFirst(repository: Repository): Promise<string> {
  return commitAndPush(repository, "The shop");
}

/**
 * Makes a change, commits it and pushes it; gives the full commit id.
 * A commit before it that was made to fail is reverted first, as its team would do.
 */
export async function pushChange(repository: Repository, change: Change): Promise<string> {
  const { checkout } = repository;
  const last = await git(checkout, ["log", "-1", "--format=%B"]);
  if (last.includes(failing)) await git(checkout, ["revert", "--no-edit", "HEAD"]);
  for (const edit of change.edits) {
    const path = join(checkout, edit.file);
    const before = "text" in edit ? "" : await readFile(path, "utf8");
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, edited(edit, before));
  }
  return commitAndPush(repository, change.fails ? `${change.message}\n\n${failing}` : change.message);
}

/** Marks a commit that is not to stay. */
const failing = "To-Be-Reverted: yes";

/** What a file holds after an edit; throws when the text to replace is not in it. */
export function edited(edit: Edit, before: string): string {
  if ("text" in edit) return edit.text;
  if (!before.includes(edit.replace)) {
    throw new Error(`${edit.file}: "${edit.replace}" is not in it; adapt the journey's change in rehearsal/changes.ts`);
  }
  return before.replace(edit.replace, () => edit.by);
}

async function commitAndPush({ checkout, branch }: Repository, message: string): Promise<string> {
  await git(checkout, ["add", "--all"]);
  await git(checkout, ["commit", "--quiet", "--message", message]);
  await git(checkout, ["push", "--quiet", "origin", `HEAD:refs/heads/${branch}`]);
  return git(checkout, ["rev-parse", "HEAD"]);
}

/** Files below a folder that its .gitignore files leave; works where the folder is no Git checkout, too. */
async function filesOf(root: string, checkout: string): Promise<readonly string[]> {
  const place = [`--git-dir=${join(checkout, ".git")}`, `--work-tree=${root}`];
  const names = await git(root, [...place, "ls-files", "-z", "--others", "--exclude-standard"]);
  // What ends in a slash is a Git repository of its own.
  return names.split("\0").filter((name) => name !== "" && !name.endsWith("/"));
}

/** The same commits on every machine: nobody's Git configuration, hooks or identity. */
const identity = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Rehearsal",
  GIT_AUTHOR_EMAIL: "rehearsal@example.com",
  GIT_COMMITTER_NAME: "Rehearsal",
  GIT_COMMITTER_EMAIL: "rehearsal@example.com",
};

async function git(directory: string, args: readonly string[]): Promise<string> {
  // Variables such as GIT_DIR, set where this runs inside a Git hook, would lead to another repository.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  const env = { ...Object.fromEntries(inherited), ...identity };
  const options = { cwd: directory, env, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)("git", [...args], options);
  return stdout.trim();
}
