import { setTimeout as sleep } from "node:timers/promises";
import { docker } from "../../kit/docker.ts";
import { changeContainer } from "../kit/state.ts";
import type { Container } from "../kit/state.ts";
import { healthCommand } from "./create-arguments.ts";
import { announce, isEnding } from "./job.ts";
import type { TaskJob } from "./job.ts";

const intervalMilliseconds = 1000;

/**
 * Checks a container's health each second until a check passes or Docker has judged it: Docker checks for the first time
 * after a whole interval, as ECS does, and each deployment would wait for that. A container gets unhealthy by Docker's
 * checks only, after as many intervals as it is given.
 */
export async function checkUntilHealthy(job: TaskJob, container: Container, dockerId: string): Promise<void> {
  const command = healthCommand(container);
  if (command === undefined) return;
  const undecided = (): boolean => {
    const task = job.context.state.live.get(job.arn);
    const state = task?.containers.find(({ name }) => name === container.name);
    return !isEnding(job) && state?.dockerId === dockerId && state.status === "RUNNING" && state.health === "UNKNOWN";
  };
  const timeout = (container.healthCheck?.timeout ?? 5) * 1000;
  for (;;) {
    await sleep(intervalMilliseconds, undefined, { ref: false });
    if (!undecided()) return;
    const checked = docker(["exec", dockerId, "/bin/sh", "-c", command]).then(
      () => true,
      () => false,
    );
    const passed = await Promise.race([checked, sleep(timeout, false, { ref: false })]);
    if (!passed || !undecided()) continue;
    changeContainer(job.context.state, job.arn, container.name, { health: "HEALTHY" });
    announce(job);
    return;
  }
}
