import { execFile } from "node:child_process";

/** Where and how Pulumi is asked. */
export interface StackPlace {
  /** Folder with Pulumi.yaml. @default - the nearest one, from the current folder upwards */
  readonly projectDirectory?: string;
  /** What is set in addition to this process's environment. @default - nothing */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs the CLI and returns its output; undefined if there is no such stack. A value is passed as `input`, since
 * every user of the machine can read a process's arguments.
 */
export async function runPulumi(
  args: readonly string[],
  { projectDirectory: cwd, environment: env }: Required<StackPlace>,
  input = "",
): Promise<string | undefined> {
  return await new Promise((resolve, reject) => {
    const options = { cwd, env, maxBuffer: 1 << 30 };
    const child = execFile("pulumi", [...args, "--non-interactive"], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === "ENOENT") reject(new Error("there is no pulumi on the PATH; install it"));
      else if (/no stack named/.test(stderr)) resolve(undefined);
      else reject(new Error(stderr.replace(/^error: /, "").trim() || error.message));
    });
    child.stdin?.on("error", () => undefined).end(input);
  });
}
