import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A running emulator of AWS's API, with IAM enforced. */
export interface Ministack {
  readonly url: string;
  /** Number of its process, which leads a process group. */
  readonly pid: number;
  readonly close: () => Promise<void>;
}

/** How an emulator is started. */
export interface MinistackArgs {
  /** Path of the `ministack` command. */
  readonly command: string;
  /** Folder for its log and its data. */
  readonly directory: string;
  readonly region: string;
}

/** Starts ministack on a free port of 127.0.0.1 and waits, 60 seconds at most, until it is healthy. */
export async function startMinistack(args: MinistackArgs): Promise<Ministack> {
  const port = await freePort();
  const logFile = join(args.directory, "ministack.log");
  const log = openSync(logFile, "a");
  const child = spawn(args.command, [], {
    cwd: args.directory,
    detached: true,
    stdio: ["ignore", log, log],
    env: {
      PATH: process.env["PATH"],
      HOME: args.directory,
      GATEWAY_PORT: String(port),
      BIND_HOST: "127.0.0.1",
      AUTH: "true",
      MINISTACK_REGION: args.region,
    },
  });
  const ended = new Promise<void>((resolve) =>
    child.once("close", () => {
      resolve();
    }),
  );
  const failed = new Promise<never>((_, reject) => {
    child.once("error", (error) => {
      reject(new Error(`ministack: ${error.message}; install it with bin/setup`));
    });
    child.once("exit", (code) => {
      reject(new Error(`ministack: ended with ${code ?? "a signal"}; see ${logFile}`));
    });
  });
  failed.catch(() => undefined);
  const stop = (signal: NodeJS.Signals): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, signal);
  };
  const lastResort = (): void => {
    stop("SIGKILL");
  };
  process.once("exit", lastResort);
  const close = async (): Promise<void> => {
    process.off("exit", lastResort);
    stop("SIGTERM");
    const killer = setTimeout(() => {
      stop("SIGKILL");
    }, 5000);
    if (child.pid !== undefined) await ended;
    clearTimeout(killer);
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await Promise.race([healthy(`${url}/_ministack/health`, logFile), failed]);
  } catch (error) {
    await close();
    throw error;
  }
  return { url, pid: child.pid ?? 0, close };
}

async function healthy(url: string, logFile: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok === true) return;
    await sleep(100);
  }
  throw new Error(`ministack: not healthy after 60 s; see ${logFile}`);
}

/** A TCP port of 127.0.0.1 that nothing listens on now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
