import { checkTask } from "./checks/task.ts";
import type { Entry } from "./entry.ts";
import { sizeOf, type FargateSize } from "../keys/fargate-size.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Update } from "../keys/update.ts";
import type { EfsVolume, Volume } from "../keys/volumes.ts";
import type { ServiceScaling, Spot } from "../keys/x-ecs.ts";
import type { Container, Draft } from "./draft.ts";

/** The task of one ECS service. */
export interface Task {
  /** Name of the ECS service in `x-ecs`; empty for the environment's own. */
  readonly name: string;
  /** Services without profiles, sorted by name. */
  readonly containers: readonly Container[];
  /** Volumes that `containers` use, sorted. */
  readonly volumes: readonly string[];
  /** Those of them that are on EFS. @default - none: all last as long as the task */
  readonly efs?: Readonly<Record<string, EfsVolume>>;
  /** The smallest Fargate size that holds the containers' limits. */
  readonly size: FargateSize;
  /** `deploy.replicas` of the entry, or of the only service. */
  readonly replicas: number | undefined;
  /** Scaling, from `x-ecs`. */
  readonly scaling: ServiceScaling | undefined;
  /** Which tasks run on Fargate Spot. @default - none */
  readonly spot?: Spot;
  /** How a deployment replaces tasks. @default - all at once, new ones first */
  readonly update?: Update;
  /** Whether containers see each other's processes. @default - false */
  readonly sharesProcesses?: boolean;
  /** Where the balancer reaches the task: the one service that publishes `ports`, and its container port. */
  readonly entry: Entry | undefined;
  /** Whether there are other ECS services, which reach this one's containers by their names. */
  readonly connected: boolean;
}

export interface TaskArgs {
  readonly name: string;
  readonly drafts: readonly Draft[];
  /** The volumes that the file declares. */
  readonly declared: readonly Volume[];
  readonly entry: Entry | undefined;
  readonly connected: boolean;
}

/** Memory for the proxy that ECS adds to a task ("Service Connect", task definition: at least 64 MiB). */
const proxyMemoryMiB = 64;

/** The task of one ECS service, reporting each problem. */
export function taskOf(args: TaskArgs, report: Report): Task {
  const drafts = args.drafts.toSorted((a, b) => (a.service.name < b.service.name ? -1 : 1));
  checkTask(drafts, report);
  const { entry } = args;
  const own = drafts.filter(({ service }) => service.filesOf === undefined);
  const replicas = replicasOf(own, entry, report);
  const proxy = args.connected ? [{ memoryMiB: proxyMemoryMiB }] : [];
  const size = sizeOf(
    [...drafts.map(({ container }) => container), ...proxy],
    drafts[0]?.service.at ?? { file: "", line: 1, column: 1 },
    report,
  );
  const task = {
    ...settingsOf(drafts, replicas ?? 1, report),
    ...volumesOf(drafts, args.declared),
    size,
    replicas,
    entry,
    connected: args.connected,
  };
  return { name: args.name, containers: drafts.map((draft) => fingerprinted(draft, own, task)), ...task };
}

/**
 * The container with its fingerprint, which covers it and its task; `all` are the containers of services that the user
 * wrote.
 */
function fingerprinted(draft: Draft, all: readonly Draft[], task: Omit<Task, "name" | "containers">): Container {
  const { container, service, update } = draft;
  const own = task.entry?.container === container.name ? task.entry : undefined;
  const counts = own !== undefined || (all.length === 1 && all[0] === draft);
  const around = {
    ...task,
    entry: own?.port,
    replicas: counts ? task.replicas : undefined,
    update: update && task.update,
    ecs: service.ecs,
  };
  return { ...container, fingerprint: fingerprintOf(container, around) };
}

/** Volumes that drafts use, sorted, and those of them that are on EFS. */
export function volumesOf(drafts: readonly Draft[], declared: readonly Volume[]): Pick<Task, "volumes" | "efs"> {
  const used = new Set(drafts.flatMap(({ container }) => container.mounts.map(({ volume }) => volume)));
  const volumes = [...used].toSorted();
  const efs = volumes.flatMap((name) => {
    const found = declared.find((volume) => volume.name === name)?.efs;
    return found === undefined ? [] : [[name, found] as const];
  });
  return { volumes, ...(efs.length > 0 && { efs: Object.fromEntries(efs) }) };
}

function replicasOf(drafts: readonly Draft[], entry: Entry | undefined, report: Report): number | undefined {
  const deciding = entry?.container ?? (drafts.length === 1 ? drafts[0]?.service.name : undefined);
  for (const { service, replicas } of drafts) {
    if (replicas === undefined || service.name === deciding) continue;
    const remedy =
      replicas.count === 0
        ? `give "${service.name}" a profile if it should not run`
        : deciding === undefined
          ? "remove it and set the count in the stack's configuration"
          : `set it in "${deciding}"`;
    report(replicas.at, `the containers of a task start together and have one count; ${remedy}`);
  }
  return drafts.find(({ service }) => service.name === deciding)?.replicas?.count;
}

/** Settings of a whole ECS service, which only one of its containers may have. */
function settingsOf(
  drafts: readonly Draft[],
  least: number,
  report: Report,
): Pick<Task, "scaling" | "spot" | "update" | "sharesProcesses"> {
  const scaling = once(
    "scaling",
    drafts.flatMap(({ service: { ecs } }) => ecs.scaling ?? []),
    report,
  );
  const spot = once(
    "spot",
    drafts.flatMap(({ service: { ecs } }) => ecs.spot ?? []),
    report,
  );
  const update = once(
    "update_config",
    drafts.flatMap((draft) => draft.update ?? []),
    report,
  );
  if (scaling !== undefined && scaling.maximum < least)
    report(scaling.at, `"maximum" ${scaling.maximum} is below the ${least} tasks of "replicas"; raise it`);
  return {
    scaling: scaling && { maximum: scaling.maximum, cpuPercent: scaling.cpuPercent },
    ...(spot && { spot: { percent: spot.percent, base: spot.base } }),
    ...(update && { update: { order: update.order, parallelism: update.parallelism } }),
    ...(drafts.some(({ sharesWith }) => sharesWith !== undefined) && { sharesProcesses: true }),
  };
}

function once<T extends { readonly at: Position }>(key: string, said: readonly T[], report: Report): T | undefined {
  const [first, ...more] = said.toSorted((a, b) => a.at.line - b.at.line);
  for (const { at } of more) report(at, `the ECS service has "${key}" already; write it once`);
  return first;
}
