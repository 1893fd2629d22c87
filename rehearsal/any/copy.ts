import { execFile } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { Refusal } from "../../scripts/for-rehearsal.ts";
import { git } from "../kit/commits.ts";
import { modulesOf, type OwnRepository, type Subject } from "./subject.ts";

/** A copy of what is rehearsed. */
export interface Copy {
  /** The checkout of the application's commit. */
  readonly checkout: string;
  /** The bare repository that is pushed to; empty at first. */
  readonly remote: string;
  /** Folder of the program in the copy. */
  readonly program: string;
  /** The application's folder in the copy. */
  readonly application: string;
}

/**
 * Copies the commits into a folder: a checkout of each repository, and an empty remote for the application's. Nothing in
 * the copy leads back to the person's repository but links to the installed packages.
 */
export async function copyOf(subject: Subject, directory: string): Promise<Copy> {
  const { repository: own, programRepository } = subject;
  mkdirSync(directory, { recursive: true });
  const checkout = join(directory, "checkout");
  await clone(own, checkout);
  const remote = await emptyRemote(directory, checkout);
  const programRoot = programRepository ?? own;
  const programCheckout = programRepository === undefined ? checkout : join(directory, "program");
  if (programRepository !== undefined) await clone(programRepository, programCheckout);
  const program = join(programCheckout, relative(programRoot.root, subject.program));
  requireCommitted(program, subject, programRoot);
  for (const modules of modulesOf(subject.program, programRoot.root)) {
    const path = relative(programRoot.root, modules);
    if (!existsSync(join(programCheckout, path))) symlinkSync(modules, join(programCheckout, path));
  }
  // A pattern such as node_modules/ is for folders, and does not match a link.
  appendFileSync(join(programCheckout, ".git/info/exclude"), "node_modules\n");
  return {
    checkout,
    remote,
    program,
    application: join(checkout, relative(own.root, subject.application)),
  };
}

/** Checks a commit out of a person's repository, which stays as it is. */
async function clone({ root, head }: OwnRepository, target: string): Promise<void> {
  // With the person's own settings: a file of Git LFS needs them.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));
  const run = (...args: readonly string[]) => promisify(execFile)("git", [...args], { env, maxBuffer: 2 ** 26 });
  await run("clone", "--quiet", "--no-checkout", "--origin", "own", "--template=", root, target);
  await run("-C", target, "remote", "remove", "own");
  await run("-C", target, "checkout", "--quiet", "--detach", head);
  mkdirSync(join(target, ".git/info"), { recursive: true });
}

/** A bare repository that finds the objects of the checkout, so that a push has nothing to copy. */
async function emptyRemote(directory: string, checkout: string): Promise<string> {
  const remote = join(directory, "remote.git");
  await git(directory, ["init", "--quiet", "--bare", remote]);
  writeFileSync(join(remote, "objects/info/alternates"), `${join(checkout, ".git/objects")}\n`);
  await git(checkout, ["remote", "add", "origin", remote]);
  return remote;
}

function requireCommitted(program: string, subject: Subject, { root }: OwnRepository): void {
  if (existsSync(join(program, "Pulumi.yaml"))) return;
  const path = relative(root, subject.program);
  throw new Refusal(
    `${join(path, "Pulumi.yaml")}: it is in no commit of ${root}; run \`git add ${path === "" ? "." : path}\` and \`git commit\` first`,
  );
}
