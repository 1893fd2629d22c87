import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compiled, version } from "../../components/plain.ts";
import { ownPackage } from "../init/own-package.ts";
import { Refusal } from "../kit/refusal.ts";

/** A rehearsal that a person has asked for. */
export interface RehearseOptions {
  /** The environment, as in Pulumi.NAME.yaml. */
  readonly stack: string;
  /** The program's folder. */
  readonly folder: string;
  /** Whether it ends after the first release. */
  readonly quick: boolean;
  /** Whether the environment goes on after the last step, until Ctrl-C. */
  readonly keep: boolean;
  /** A file with lines NAME=value for parameters. @default - none */
  readonly envFile?: string | undefined;
  /** The parameters that get a random value. */
  readonly madeUp: readonly string[];
  /** Whether it is rehearsed on an AWS account, and not on this machine. */
  readonly onAws: boolean;
  /** On AWS, the account's id where no terminal can ask for it. @default - not given */
  readonly account?: string | undefined;
  /** On AWS, the name of an earlier rehearsal of which everything is deleted. @default - a new rehearsal */
  readonly destroy?: string | undefined;
  /** Asks a person; undefined if there is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Prints a line. */
  readonly say: (line: string) => void;
  /** Prints a line about what went wrong. */
  readonly warn: (line: string) => void;
}

/** The package compose-ecs-pipeline-local, as far as the verb uses it. */
export interface LocalPackage {
  /** Rehearses an environment; returns the exit code. */
  readonly rehearse: (options: RehearseOptions) => Promise<number>;
}

const name = "compose-ecs-pipeline-local";

/** The command of a rehearsal: in this repository, or in a team's program. */
export const rehearseCommand = compiled ? "npx compose-ecs-pipeline rehearse" : "bin/rehearse";

/** Loads the package from the program's folder; refuses one that is not installed, or that has another version. */
export async function loadLocalPackage(program: string): Promise<LocalPackage> {
  if (!compiled)
    throw new Refusal(
      "rehearse: in this repository, it is `bin/rehearse`, and `bin/rehearse --stack NAME` without the example's steps",
    );
  const { resolve } = createRequire(join(program, "package.json"));
  let path: string;
  try {
    path = resolve(name);
  } catch {
    throw new Refusal(notInstalled(program, localTarball(ownPackage()?.specification)));
  }
  const found = createRequire(path)(`${name}/package.json`) as { readonly version: string };
  if (found.version !== version)
    throw new Refusal(
      `rehearse: ${name} has version ${found.version}, and this package ${version}; install both in the same version`,
    );
  return (await import(pathToFileURL(path).href)) as LocalPackage;
}

function notInstalled(program: string, tarball: string): string {
  return [
    `rehearse: ${name} is not installed in ${program}; it has the local cloud. Run this there:`,
    `  npm install --save-dev ${tarball}`,
    `In a checkout of compose-ecs-pipeline, \`${packCommand}\` makes this file next to compose-ecs-pipeline-${version}.tgz.`,
  ].join("\n");
}

/** Makes the tarballs of both packages. */
const packCommand = `npm ci && npm pack --include-workspace-root --workspace ${name}`;

/** Where the package is, by what this package was installed from; a file may be anywhere on this machine. */
export function localTarball(specification: string | undefined): string {
  const [, folder, file] = /^(https?:.*)compose-ecs-pipeline-(\d[^/]*\.tgz)$/.exec(specification ?? "") ?? [];
  return folder === undefined || file === undefined ? `path/to/${name}-${version}.tgz` : `${folder}${name}-${file}`;
}
