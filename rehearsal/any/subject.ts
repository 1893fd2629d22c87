import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { applicationDirectory, Refusal, UsageError } from "../../scripts/for-rehearsal.ts";
import { git } from "../kit/commits.ts";

/** A Git repository of the person's, which a rehearsal only reads. */
export interface OwnRepository {
  /** Its folder. */
  readonly root: string;
  /** The commit that is checked out. */
  readonly head: string;
  /** Paths that the commit does not have as they are now. */
  readonly uncommitted: readonly string[];
}

/** What is rehearsed: a program and the application that it delivers, as their repositories have them. */
export interface Subject {
  /** Folder with Pulumi.yaml. */
  readonly program: string;
  /** Folder of the application. */
  readonly application: string;
  readonly repository: OwnRepository;
  /** The program's repository, if that is another one. */
  readonly programRepository: OwnRepository | undefined;
}

/** Finds what a stack's rehearsal is about, by the program's folder; refuses what is in no Git commit. */
export async function findSubject(stack: string, folder: string): Promise<Subject> {
  const program = realpathSync(folder);
  const file = `Pulumi.${stack}.yaml`;
  if (!existsSync(join(program, file)))
    throw new UsageError(`rehearse: there is no ${file} in ${program}; give --stack with the name of an environment`);
  const application = applicationDirectory(stack, program);
  if (!existsSync(application))
    throw new Refusal(`${file}: applicationDirectory: there is no folder ${application}; correct it`);
  const repository = await repositoryOf(realpathSync(application));
  const other = await repositoryOf(program);
  return {
    program,
    application: realpathSync(application),
    repository,
    programRepository: other.root === repository.root ? undefined : other,
  };
}

async function repositoryOf(folder: string): Promise<OwnRepository> {
  const ask = (...args: readonly string[]) => git(folder, ["--no-optional-locks", ...args]).catch(() => undefined);
  const root = await ask("rev-parse", "--show-toplevel");
  if (root === undefined || root === "")
    throw new Refusal(`${folder}: it is in no Git repository; run \`git init\`, and commit what is to be rehearsed`);
  const head = await ask("rev-parse", "--verify", "--quiet", "HEAD");
  if (head === undefined || head === "") throw new Refusal(`${root}: it has no commit; commit what is to be rehearsed`);
  const status = (await ask("status", "--porcelain", "-z")) ?? "";
  return { root: realpathSync(root), head, uncommitted: pathsOf(status) };
}

/** The paths of `git status --porcelain -z`; a renamed file has its old path after it. */
export function pathsOf(status: string): readonly string[] {
  const entries = status.split("\0").filter((entry) => entry !== "");
  return entries.flatMap((entry, index) => {
    const before = entries[index - 1] ?? "";
    const isOldPath = /^[RC]/.test(before) && before.charAt(2) === " ";
    return isOldPath ? [] : [entry.slice(3)];
  });
}

/** The lines about what a rehearsal does not contain: changes that are in no commit. */
export function uncommittedLines({ root, uncommitted }: OwnRepository, shown = 8): readonly string[] {
  if (uncommitted.length === 0) return [];
  const rest = uncommitted.length - shown;
  return [
    `not part of it, since it is in no commit of ${root}:`,
    ...uncommitted.slice(0, shown).map((path) => `  ${path}`),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

/** The folders named node_modules from which the program loads its packages, inside its repository. */
export function modulesOf(program: string, root: string): readonly string[] {
  const found = existsSync(join(program, "node_modules")) ? [join(program, "node_modules")] : [];
  return program === root || relative(root, program).startsWith("..")
    ? found
    : [...found, ...modulesOf(dirname(program), root)];
}
