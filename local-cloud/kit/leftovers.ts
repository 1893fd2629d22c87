import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { docker, removeLabelled } from "./docker.ts";

/** Docker label of everything that a run starts; its value is the run's id. */
export const rehearsalLabel = "compose-ecs-pipeline.rehearsal";

/**
 * One run: the containers and networks that it starts have its id as a label, and the files that it writes are in its
 * folder.
 */
export interface Run {
  readonly id: string;
  readonly directory: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Begins a run. Its id names this process, so that a later run can see whether it still exists. */
export function beginRun(root: string): Run {
  const id = `${process.pid}-${Math.random().toString(36).slice(2, 8)}`;
  const directory = join(root, id);
  mkdirSync(directory, { recursive: true });
  return { id, directory, labels: { [rehearsalLabel]: id } };
}

/** Removes the containers, networks, volumes and the folder of a run. */
export async function endRun(run: Pick<Run, "id" | "directory">): Promise<void> {
  await removeLabelled(`${rehearsalLabel}=${run.id}`);
  rmSync(run.directory, { recursive: true, force: true });
}

/** Notes a process in a file, so that a later run can end it when this one crashes. */
export function rememberProcess(directory: string, name: string, pid: number | undefined): void {
  if (pid !== undefined) writeFileSync(join(directory, `${name}.pid`), String(pid));
}

/** Removes what crashed runs have left: those whose process is gone. Returns their ids. */
export async function removeLeftovers(root: string): Promise<readonly string[]> {
  mkdirSync(root, { recursive: true });
  const ids = new Set([...readdirSync(root), ...(await labelledRuns())]);
  const dead: string[] = [];
  for (const id of ids) {
    if (await isAlive(id)) continue;
    const directory = join(root, id);
    await endProcesses(directory);
    await endRun({ id, directory });
    dead.push(id);
  }
  return dead;
}

async function labelledRuns(): Promise<readonly string[]> {
  const format = `{{.Label "${rehearsalLabel}"}}`;
  const containers = await docker(["ps", "--all", "--filter", `label=${rehearsalLabel}`, "--format", format]);
  const networks = await docker(["network", "ls", "--filter", `label=${rehearsalLabel}`, "--format", format]);
  return [...containers.split("\n"), ...networks.split("\n")].filter((id) => id !== "");
}

/**
 * Whether the run's process still exists: the id begins with its number, and its command is a rehearsal's, a test's or
 * a benchmark's.
 */
async function isAlive(id: string): Promise<boolean> {
  const pid = Number(id.split("-")[0]);
  if (pid === process.pid) return true;
  return Number.isInteger(pid) && pid > 0 && /rehears|mocha|bench/.test(await commandOf(pid));
}

async function endProcesses(directory: string): Promise<void> {
  for (const file of filesOf(directory).filter((name) => name.endsWith(".pid"))) {
    const pid = Number(readFileSync(join(directory, file), "utf8"));
    // Another process may have the number by now.
    if ((await commandOf(pid)).includes(basename(file, ".pid"))) process.kill(-pid, "SIGKILL");
  }
}

function filesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
}

async function commandOf(pid: number): Promise<string> {
  return promisify(execFile)("ps", ["-o", "command=", "-p", String(pid)]).then(
    ({ stdout }) => stdout,
    () => "",
  );
}
