import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder } from "../../local-cloud/index.ts";

/** What the local cloud and its builds need from PyPI; bin/setup.d/emulator.sh has the same. */
const requirements: readonly string[] = ["ministack[full]==1.5.33", "awscli==1.46.3"];

/** The emulator of AWS's API and the aws command line. */
export interface Emulator {
  /** Folder with the commands `ministack` and `aws`, and nothing else. */
  readonly bin: string;
  /** Whether the commands are there. */
  readonly present: boolean;
  /** Folder that holds them. */
  readonly folder: string;
}

/** Where the emulator is, or will be: in the user's cache, by the versions that it consists of. */
export function findEmulator(cache = cacheFolder()): Emulator {
  const version = createHash("sha256").update(requirements.join("\n")).digest("hex").slice(0, 12);
  const folder = join(cache, "compose-ecs-pipeline", `emulator-${version}`);
  return { folder, bin: join(folder, "bin"), present: isWhole(folder) };
}

/** Makes the emulator's virtual environment, which takes a minute or two; another process that makes it is waited for. */
export async function makeEmulator({ folder, bin }: Emulator): Promise<void> {
  mkdirSync(join(folder, ".."), { recursive: true });
  await whileLocked(`${folder}.lock`, async () => {
    if (isWhole(folder)) return;
    rmSync(folder, { recursive: true, force: true });
    const venv = join(folder, "venv");
    await run("python3", ["-m", "venv", venv]);
    await run(join(venv, "bin/pip"), ["install", "--quiet", "--disable-pip-version-check", ...requirements]);
    mkdirSync(bin);
    // Without Python and pip of that environment: builds find those of the machine.
    for (const command of ["ministack", "aws"]) symlinkSync(join(venv, "bin", command), join(bin, command));
    writeFileSync(join(folder, "whole"), "");
  });
}

/** A set-up that was interrupted has no such file. */
const isWhole = (folder: string): boolean => existsSync(join(folder, "whole"));

async function run(command: string, args: readonly string[]): Promise<void> {
  try {
    await promisify(execFile)(command, [...args], { maxBuffer: 2 ** 26 });
  } catch (error) {
    const { stderr = "" } = error as { readonly stderr?: string };
    throw new Error(`${command} ${args.join(" ")}: it failed\n${stderr.trim().split("\n").slice(-10).join("\n")}`, {
      cause: error,
    });
  }
}

/** Runs something while no other living process does the same. */
async function whileLocked(lock: string, act: () => Promise<void>): Promise<void> {
  while (!takes(lock)) await new Promise((resolve) => setTimeout(resolve, 500));
  try {
    await act();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takes(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    if (!isAlive(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isAlive(lock: string): boolean {
  try {
    process.kill(Number(readFileSync(lock, "utf8")), 0);
    return true;
  } catch {
    return false;
  }
}
