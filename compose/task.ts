import { sizeOf, type Container, type Draft } from "./container.ts";
import type { Entry } from "./entry.ts";
import type { FargateSize } from "./fargate-size.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Report } from "./problem.ts";
import type { ServiceScaling } from "./x-ecs.ts";

/** The task of one ECS service. */
export interface Task {
  /** Of the ECS service, as `x-ecs` gives it; empty for the environment's own. */
  readonly name: string;
  /** Services without profiles, sorted by name. */
  readonly containers: readonly Container[];
  /** Task-scoped volumes that `containers` use, sorted. */
  readonly volumes: readonly string[];
  /** The smallest Fargate size that holds the containers' limits. */
  readonly size: FargateSize;
  /** `deploy.replicas` of the entry, or of the only service. */
  readonly replicas: number | undefined;
  /** What `x-ecs` says of scaling. */
  readonly scaling: ServiceScaling | undefined;
  /** What the balancer reaches: the one service of these that publishes `ports`, and its container port. */
  readonly entry: Entry | undefined;
  /** Whether there are other ECS services, which reach this one's containers by their names. */
  readonly connected: boolean;
}

export interface TaskArgs {
  readonly name: string;
  readonly drafts: readonly Draft[];
  readonly entry: Entry | undefined;
  readonly connected: boolean;
}

/** The most containers a task definition may have. */
const mostContainers = 10;

/** Memory for the proxy that ECS adds to a task ("Service Connect", task definition: at least 64 MiB). */
const proxyMemoryMiB = 64;

/** The task of one ECS service, reporting each problem. */
export function taskOf(args: TaskArgs, report: Report): Task {
  const drafts = args.drafts.toSorted((a, b) => (a.service.name < b.service.name ? -1 : 1));
  checkTask(drafts, report);
  const { entry } = args;
  const replicas = replicasOf(drafts, entry, report);
  const scaling = scalingOf(drafts, replicas ?? 1, report);
  const proxy = args.connected ? [{ memoryMiB: proxyMemoryMiB }] : [];
  const size = sizeOf(
    [...drafts.map(({ container }) => container), ...proxy],
    drafts[0]?.service ?? { at: { file: "", line: 1, column: 1 } },
    report,
  );
  const volumes = volumesOf(drafts);
  return {
    name: args.name,
    containers: drafts.map(({ container, service }) => {
      const own = entry?.container === container.name ? entry : undefined;
      const count = own !== undefined || drafts.length === 1 ? replicas : undefined;
      const around = { size, volumes, entry: own?.port, replicas: count, scaling: service.ecs.scaling && scaling };
      return { ...container, fingerprint: fingerprintOf(container, around) };
    }),
    volumes,
    size,
    replicas,
    scaling,
    entry,
    connected: args.connected,
  };
}

/** Names of the volumes that drafts use, sorted. */
export function volumesOf(drafts: readonly Draft[]): readonly string[] {
  const used = drafts.flatMap(({ container }) => container.mounts.map(({ volume }) => volume));
  return [...new Set(used)].toSorted();
}

function checkTask(task: readonly Draft[], report: Report): void {
  const beyond = task[mostContainers];
  if (beyond !== undefined) {
    report(
      beyond.service.at,
      `a task has at most ${mostContainers} containers, not ${task.length}; give services for people a profile`,
    );
  }
  const taken = new Map<number, string>();
  for (const { service, ports } of task.toSorted((a, b) => a.service.at.line - b.service.at.line)) {
    for (const { port, at } of [...ports.published, ...ports.exposed]) {
      const other = taken.get(port) ?? service.name;
      if (other !== service.name) {
        report(
          at,
          `"${other}" and "${service.name}" both listen on ${port}, but share one network; give one of them another port`,
        );
      }
      taken.set(port, other);
    }
  }
}

function replicasOf(drafts: readonly Draft[], entry: Entry | undefined, report: Report): number | undefined {
  const deciding = entry?.container ?? (drafts.length === 1 ? drafts[0]?.service.name : undefined);
  for (const { service, replicas } of drafts) {
    if (replicas === undefined || service.name === deciding) continue;
    const remedy =
      deciding === undefined ? "remove it and set the count in the stack's configuration" : `set it in "${deciding}"`;
    report(replicas.at, `the containers of a task have one count; ${remedy}`);
  }
  return drafts.find(({ service }) => service.name === deciding)?.replicas?.count;
}

function scalingOf(drafts: readonly Draft[], least: number, report: Report): ServiceScaling | undefined {
  const [first, ...more] = drafts.flatMap(({ service: { ecs } }) => ecs.scaling ?? []);
  for (const { at } of more) report(at, 'the ECS service has "scaling" already; write it once');
  if (first === undefined) return undefined;
  const { at, maximum, cpuPercent } = first;
  if (maximum < least) report(at, `"maximum" ${maximum} is below the ${least} tasks of "replicas"; raise it`);
  return { maximum, cpuPercent };
}
