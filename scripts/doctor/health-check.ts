import type { Surroundings } from "../verb/surroundings.ts";
import { missing, ok, skipped, type Check } from "./check.ts";
import type { Machine } from "../verb/machine.ts";
import type { ProgramEntry } from "../pulumi/program-reading.ts";

/** The result of a request for the health-check path in a container of the image, or why none was made. */
export type HealthAnswer =
  | { readonly kind: "answered"; readonly status: number }
  | { readonly kind: "ended"; readonly code: string; readonly log: string }
  | { readonly kind: "silent" }
  | { readonly kind: "unasked"; readonly why: string };

export interface HealthQuestion {
  readonly entry: ProgramEntry;
  /** Path that the load balancer requests. */
  readonly path: string;
}

/** Number of attempts after which a container counts as one that does not answer. */
const looks = 20;

/**
 * Starts a container of the image that was built here, alone and on a loopback port, requests the path, and removes
 * the container. Docker's proxy accepts connections before the application does, so only an HTTP answer counts.
 */
export async function askHealth(
  { entry, path }: HealthQuestion,
  { command, get }: Pick<Machine, "command" | "get">,
  { pause, signal }: { readonly pause: Surroundings["pause"]; readonly signal: AbortSignal },
): Promise<HealthAnswer> {
  const image = await command("docker", "image", "inspect", "--format", "{{.Id}}", entry.image);
  if (image === undefined) return { kind: "unasked", why: "there is no docker on the PATH" };
  if (image.code !== 0)
    return {
      kind: "unasked",
      why: firstLine(image.err).replace(/^Error.*: No such image.*/i, "the image was not built here"),
    };
  const started = await command("docker", ...startArguments(entry));
  if (started?.code !== 0) return { kind: "unasked", why: firstLine(started?.err) };
  const id = started.out.trim();
  try {
    const address = firstLine((await command("docker", "port", id, `${entry.port}/tcp`))?.out);
    let status: number | undefined;
    for (let look = 0; look < looks && !signal.aborted; look += 1) {
      status = (await get(`http://${address}${path}`)) ?? status;
      // While it starts, it may answer with an error of something that it depends on.
      if (status !== undefined && status < 500) break;
      const state = await command("docker", "inspect", "--format", "{{.State.Running}} {{.State.ExitCode}}", id);
      const [running, code = ""] = (state?.out ?? "").trim().split(" ");
      if (running === "false") return { kind: "ended", code, log: await lastLine(command, id) };
      await pause();
    }
    return status === undefined ? { kind: "silent" } : { kind: "answered", status };
  } finally {
    await command("docker", "rm", "--force", "--volumes", id);
  }
}

/** What the container would get on ECS, except its parameters. */
function startArguments({ image, port, environment, entryPoint = [], command = [] }: ProgramEntry): readonly string[] {
  const [first, ...words] = entryPoint;
  return [
    ...["run", "--detach", "--publish", `127.0.0.1::${port}`],
    ...Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ...(first === undefined ? [] : ["--entrypoint", first]),
    ...[image, ...words, ...command],
  ];
}

async function lastLine(command: Machine["command"], id: string): Promise<string> {
  const logs = await command("docker", "logs", "--tail", "1", id);
  return firstLine(logs?.err) || firstLine(logs?.out);
}

const firstLine = (text = ""): string => text.trim().split("\n")[0] ?? "";

/**
 * Checks whether the path returns what the load balancer expects; a container that needs something else to run proves
 * nothing.
 */
export function judgeHealth({ entry, path }: HealthQuestion, answer: HealthAnswer): Check {
  const where = `healthCheckPath: ${path}`;
  switch (answer.kind) {
    case "unasked":
      return skipped(`${where} was not requested from ${entry.image}: ${answer.why}`);
    case "silent":
      return skipped(
        `${where}: ${entry.image} does not answer on port ${entry.port}; alone it may wait for something that does not run here`,
      );
    case "ended":
      return skipped(
        `${where}: ${entry.image} ended with ${answer.code} before it answered${answer.log === "" ? "" : ` (${answer.log})`}`,
      );
    case "answered":
      return judgeStatus(`${where} answers ${answer.status} in ${entry.image}`, answer.status);
  }
}

function judgeStatus(said: string, status: number): Check {
  if (status === 200) return ok(said);
  if (status >= 500) return skipped(`${said}; alone it may lack something that it needs`);
  return missing(`${said}, but the load balancer expects 200; set healthCheckPath to a path that returns it`);
}
