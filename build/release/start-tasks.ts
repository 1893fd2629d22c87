import { UpdateServiceCommand, type Service } from "@aws-sdk/client-ecs";
import { answerOf } from "../kit/aws-problem.ts";
import { listTasks } from "./read-tasks.ts";
import { isAsleep, readTargets, type Targets } from "./scalable-targets.ts";
import type { Release, ReleasedService } from "./verify-settings.ts";

/** A service without tasks that this step has started. */
export interface Started {
  readonly service: ReleasedService;
  /** Whether its schedule has stopped its tasks; else this is its first release. */
  readonly asleep: boolean;
  /** Tasks that had ended before, as in an earlier try: they say nothing about the new ones. */
  readonly ended: ReadonlySet<string>;
}

/**
 * Starts the tasks of each service that has none: at its first release, because `up` makes a service without tasks, and
 * while its schedule has it asleep. What it has started is added to `started`.
 */
export async function startTasks(
  release: Release,
  services: ReadonlyMap<string, Service>,
  targets: Targets,
  started: Started[],
): Promise<void> {
  for (const service of release.services) {
    const { name, desiredCount } = service;
    if (services.get(name)?.desiredCount !== 0) continue;
    const asleep = isAsleep(targets, service);
    release.around.say(
      asleep
        ? `${name} is asleep: ${desiredCount} task(s) start for this check, and end with it`
        : `first release of ${name}: ${desiredCount} task(s) start`,
    );
    started.push({ service, asleep, ended: new Set(await listTasks(release, name, "STOPPED")) });
    await setCount(release, name, desiredCount);
  }
}

/** Sets the number of tasks of a service. */
export async function setCount({ around, cluster }: Release, service: string, desiredCount: number): Promise<void> {
  const asked = around.clients.ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount }));
  await answerOf("ecs:UpdateService", service, asked);
}

/** Stops the tasks of services that were started while asleep, and which their schedule has not woken since. */
export async function sleepOn(release: Release, started: readonly Started[]): Promise<void> {
  const asleep = started.flatMap((one) => (one.asleep ? [one.service] : []));
  const targets = await readTargets(release, asleep);
  for (const service of asleep.filter((one) => isAsleep(targets, one))) {
    await setCount(release, service.name, 0);
    release.around.say(`${service.name}: asleep again`);
  }
}
