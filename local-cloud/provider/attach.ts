import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { ownModule } from "../kit/own-module.ts";

/** A provider that runs in a separate process and waits for the engine. */
export interface AttachedProvider {
  /** Variables with which the engine uses it for `aws` and `awsx` instead of plugins. */
  readonly environment: Readonly<Record<string, string>>;
  readonly process: ChildProcess;
  readonly close: () => Promise<void>;
}

/** Starts a provider program, by default the stand-in that calls the local cloud; resolves when the engine can attach. */
export async function attachProvider(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  program = ownModule(new URL("main.ts", import.meta.url)),
  log: (line: string) => void = () => undefined,
): Promise<AttachedProvider> {
  const child = fork(program, { env: environment, stdio: ["ignore", "pipe", "pipe", "ipc"] });
  const ended = once(child, "exit");
  const errors: string[] = [];
  if (child.stdout === null || child.stderr === null)
    throw new Error(`${program}: started without pipes for its output`);
  createInterface(child.stderr).on("line", (line) => {
    errors.push(line);
    log(line);
  });
  const port = await Promise.race([once(createInterface(child.stdout), "line").then(([line]) => String(line)), ended]);
  if (typeof port !== "string") throw new Error(`${program}: ended before it was ready; ${errors.slice(-5).join(" ")}`);
  return {
    environment: { PULUMI_DEBUG_PROVIDERS: `aws:${port},awsx:${port}` },
    process: child,
    close: async () => {
      child.kill("SIGKILL"); // it holds nothing that needs an orderly end
      await ended;
    },
  };
}
