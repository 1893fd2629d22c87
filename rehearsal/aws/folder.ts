import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { rehearseCommand } from "../../scripts/for-rehearsal.ts";

/** What another process must know to go on with a rehearsal. */
export interface RehearsalNotes {
  /** Begins the names of all AWS resources. */
  readonly prefix: string;
  /** The stack of the environment. */
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** `aws:profile` of the stack. @default - none */
  readonly profile?: string | undefined;
  /** The application's name in the names of AWS resources. */
  readonly app: string;
  /** Folder of the program, in the rehearsal's own checkout. */
  readonly program: string;
  /** The process that runs the rehearsal. */
  readonly pid: number;
}

/** The folder of a rehearsal on an account. It has the state, so it stays until everything is deleted. */
export interface RehearsalFolder {
  /** Name of the rehearsal, and of its folder. */
  readonly name: string;
  readonly path: string;
  readonly notes: RehearsalNotes;
  /** Encrypts the secrets in the state and in the stack's file. */
  readonly passphrase: string;
}

/** Where the folders are: not in a folder that a restart of the machine empties. */
export function rehearsalsFolder(variables: NodeJS.ProcessEnv = process.env): string {
  const state = variables["XDG_STATE_HOME"];
  return join(
    state === undefined || state === "" ? join(homedir(), ".local/state") : state,
    "compose-ecs-pipeline/rehearsals",
  );
}

/** Creates a folder that only this user can read. */
export function createFolder(root: string, name: string): string {
  const path = join(root, name);
  mkdirSync(join(path, "state"), { recursive: true, mode: 0o700 });
  writeFileSync(join(path, "passphrase"), randomBytes(16).toString("hex"), { mode: 0o600 });
  return path;
}

/** Notes what another process must know. */
export function noteRehearsal(path: string, notes: RehearsalNotes): RehearsalFolder {
  writeFileSync(join(path, "rehearsal.json"), `${JSON.stringify(notes, undefined, 2)}\n`, { mode: 0o600 });
  return { name: basename(path), path, notes, passphrase: passphraseIn(path) };
}

/** The folder of an earlier rehearsal; undefined if there is none of that name. */
export function openFolder(root: string, name: string): RehearsalFolder | undefined {
  const path = join(root, name);
  const file = join(path, "rehearsal.json");
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) return undefined;
  const notes = JSON.parse(readFileSync(file, "utf8")) as RehearsalNotes;
  return { name, path, notes, passphrase: passphraseIn(path) };
}

const passphraseIn = (path: string): string => readFileSync(join(path, "passphrase"), "utf8");

/** The names of rehearsals whose state is still there. */
export const unfinished = (root: string): readonly string[] =>
  existsSync(root)
    ? readdirSync(root)
        .filter((name) => existsSync(join(root, name, "rehearsal.json")))
        .toSorted()
    : [];

/** Removes the folder of a rehearsal of which nothing exists any more. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** The command that destroys what an interrupted rehearsal has left. */
export const destroyCommand = (name: string): string => `${rehearseCommand} --on-aws --destroy ${name}`;

/** The environment of the engine, the program and the providers: the user's AWS, and the rehearsal's own state. */
export function stackVariables(
  { path, passphrase }: Pick<RehearsalFolder, "path" | "passphrase">,
  inherited: NodeJS.ProcessEnv,
): Readonly<Record<string, string | undefined>> {
  // PULUMI_HOME has the plugins that are installed.
  const kept = Object.entries(inherited).filter(([name]) => !name.startsWith("PULUMI_") || name === "PULUMI_HOME");
  return {
    ...Object.fromEntries(kept),
    PULUMI_BACKEND_URL: `file://${join(path, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
