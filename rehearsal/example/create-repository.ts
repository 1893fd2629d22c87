import { cp, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { git, type Repository } from "../kit/commits.ts";

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

/** Files below a folder, without those that its .gitignore files exclude; the folder may be no Git checkout. */
async function filesOf(root: string, checkout: string): Promise<readonly string[]> {
  const place = [`--git-dir=${join(checkout, ".git")}`, `--work-tree=${root}`];
  const names = await git(root, [...place, "ls-files", "-z", "--others", "--exclude-standard"]);
  // A path that ends in a slash is another Git repository.
  return names.split("\0").filter((name) => name !== "" && !name.endsWith("/"));
}
