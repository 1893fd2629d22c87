import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Change, Edit } from "./changes.ts";

/** A local Git remote and the checkout that the journey's commits are made in. */
export interface Repository {
  /** The bare repository that commits are pushed to. */
  readonly remote: string;
  /** The checkout. */
  readonly checkout: string;
  readonly branch: string;
}

/** Where a repository is created, and its content. */
export interface CreateRepositoryArgs {
  /** Folder for the repository; it is created. */
  readonly directory: string;
  /** This project: every file that Git does not ignore is copied, committed here or not. */
  readonly sourceRoot: string;
  readonly branch: string;
  /** A sample's folder below `sourceRoot`; its files replace the example application. @default - none */
  readonly sample?: string | undefined;
}

/** Creates a bare repository, and a checkout with this project's files and no commit. */
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

/** Each file with its place in the repository; a sample's files replace the example's, as the sample's README says. */
function placed(files: readonly string[], sample: string | undefined): readonly (readonly [string, string])[] {
  if (sample === undefined) return files.map((file) => [file, file]);
  const others = files.filter((file) => !/^(app\/|examples\/|docker-compose-|Pulumi\..+\.yaml$)/.test(file));
  const own = files.filter((file) => file.startsWith(`${sample}/`) && file !== `${sample}/README.md`);
  return [
    ...others.map((file) => [file, file] as const),
    ...own.map((file) => [file, file.slice(sample.length + 1)] as const),
  ];
}

/** Commits everything and pushes it: the journey's commit A. Returns the full commit id. */
export async function pushFirst(repository: Repository): Promise<string> {
  return commitAndPush(repository, "The shop");
}

/**
 * Makes a change, commits it and pushes it. Returns the full commit id.
 * First reverts a commit before it that was made to fail, as a team would do.
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

/** Marks a commit that the next one reverts. */
const failing = "To-Be-Reverted: yes";

/** A file's text after an edit; throws when the text to replace is missing. */
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

/** Files below a folder, without those that its .gitignore files exclude; the folder may be no Git checkout. */
async function filesOf(root: string, checkout: string): Promise<readonly string[]> {
  const place = [`--git-dir=${join(checkout, ".git")}`, `--work-tree=${root}`];
  const names = await git(root, [...place, "ls-files", "-z", "--others", "--exclude-standard"]);
  // A path that ends in a slash is another Git repository.
  return names.split("\0").filter((name) => name !== "" && !name.endsWith("/"));
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

async function git(directory: string, args: readonly string[]): Promise<string> {
  // A Git hook sets variables such as GIT_DIR, which would lead to another repository.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_"));
  const env = { ...Object.fromEntries(inherited), ...identity };
  const options = { cwd: directory, env, maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)("git", [...args], options);
  return stdout.trim();
}
