import { spawn } from "node:child_process";

/** Options of a docker command, besides its arguments. */
export interface DockerOptions {
  /** Text for the command's standard input. */
  readonly input?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** @default - as long as it takes */
  readonly timeoutSeconds?: number;
}

/** A docker command that failed: its arguments, and what it wrote to standard error. */
export class DockerError extends Error {
  readonly arguments: readonly string[];
  readonly stderr: string;

  constructor(args: readonly string[], reason: string, stderr: string) {
    super(`docker ${args.join(" ")}: ${reason}${stderr === "" ? "" : `\n${stderr}`}`);
    this.arguments = args;
    this.stderr = stderr;
  }
}

/** Standard output, trimmed, of one docker command; throws a DockerError when it fails or takes too long. */
export async function docker(args: readonly string[], options: DockerOptions = {}): Promise<string> {
  const child = spawn("docker", args, {
    env: { ...process.env, ...options.env },
    // A separate process group: Ctrl-C at the terminal reaches only this program, which then removes things with docker.
    detached: true,
    ...(options.timeoutSeconds === undefined ? {} : { timeout: options.timeoutSeconds * 1000 }),
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  // A command that ends before it has read its input says why on standard error.
  child.stdin.on("error", () => undefined);
  child.stdin.end(options.input ?? "");
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", (error: NodeJS.ErrnoException) => {
      const reason = error.code === "ENOENT" ? "no docker command here; install Docker's client" : error.message;
      reject(new DockerError(args, reason, ""));
    });
    child.on("close", resolve);
  });
  const said = Buffer.concat(stderr).toString().trim();
  if (child.killed) throw new DockerError(args, `not finished after ${options.timeoutSeconds ?? 0} s`, said);
  if (code !== 0) throw new DockerError(args, `ended with ${code ?? "a signal"}`, said);
  return Buffer.concat(stdout).toString().trim();
}

/** Whether the engine has an image. */
export async function hasImage(image: string): Promise<boolean> {
  return docker(["image", "inspect", "--format", "{{.Id}}", image]).then(
    () => true,
    (error: unknown) => {
      if (error instanceof DockerError && /no such image/iu.test(error.stderr)) return false;
      throw error;
    },
  );
}

/** The arguments that give a container, network or volume its labels. */
export function labelArguments(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, value]) => ["--label", `${name}=${value}`]);
}

/** Identifiers of the containers with a label (`name` or `name=value`), running or not. */
export async function labelledContainers(label: string): Promise<readonly string[]> {
  return lines(await docker(["ps", "--all", "--quiet", "--no-trunc", "--filter", `label=${label}`]));
}

/**
 * Removes every container, with its volumes, every network and every volume that has the label (`name` or
 * `name=value`).
 */
export async function removeLabelled(label: string): Promise<void> {
  const filter = ["--filter", `label=${label}`];
  await remove(["rm", "--force", "--volumes"], await labelledContainers(label));
  await remove(["network", "rm"], lines(await docker(["network", "ls", "--quiet", "--no-trunc", ...filter])));
  await remove(["volume", "rm", "--force"], lines(await docker(["volume", "ls", "--quiet", ...filter])));
}

async function remove(command: readonly string[], names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  try {
    await docker([...command, ...names]);
  } catch (error) {
    // Another process that cleans up may have been faster; what is gone needs no removal.
    const others = error instanceof DockerError ? lines(error.stderr).filter((line) => !isGone(line)) : undefined;
    if (others === undefined || others.length > 0) throw error;
  }
}

function isGone(line: string): boolean {
  return /no such (container|network|volume)|not found|removal of container .* is already in progress/iu.test(line);
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}
