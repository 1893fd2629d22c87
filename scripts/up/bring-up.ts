import { changesPipeline } from "../pulumi/change-summary.ts";
import { knownDeployments, watchDeployments, type StartedDeployment } from "../look/deployment-watch.ts";
import { eventsOf } from "../kit/event-queue.ts";
import { inProgress, runsUnderWay } from "../look/in-progress.ts";
import { operate } from "../pulumi/operate.ts";
import { refuseUndeclaredKeys } from "../parameters/parameter-keys.ts";
import { readPipeline } from "../look/pipeline-view.ts";
import { refuseTypeErrors } from "./preview.ts";
import { Refusal } from "../kit/refusal.ts";
import type { ResourceChange, StackEvent } from "../pulumi/resource-change.ts";
import { settleInterrupted } from "../pulumi/settle-interrupted.ts";
import { findServices } from "../look/service-view.ts";
import { NotUp, type StackNames } from "../pulumi/stack-names.ts";
import type { Clients, Surroundings } from "../verb/surroundings.ts";
import { whyTasksEnded } from "../look/task-end.ts";
import { waitsFor, whileClosed } from "../guard/transition.ts";
import { withLock } from "../guard/verb-lock.ts";

export interface BringUpArgs {
  readonly stack: string;
  /** Whether it waits for what is under way instead of refusing. */
  readonly wait: boolean;
  /** Whether it watches the deployments that it starts, until ECS has decided on them. */
  readonly follow: boolean;
  readonly breakLock?: boolean | undefined;
  /** Is shown what would change before anything does; throws where that is not agreed to. @default - nobody is asked */
  readonly agree?: ((planned: readonly ResourceChange[]) => Promise<void>) | undefined;
  /** Folder of a policy pack that it is held to. @default - none */
  readonly policyPack?: string | undefined;
  readonly interruption: AbortSignal;
  readonly around: Pick<Surroundings, "locate" | "clients" | "project" | "now" | "self" | "warn" | "pause">;
}

/** Something that happens during an `up`, told once. */
export type UpEvent =
  | StackEvent
  | { readonly kind: "planned"; readonly changes: readonly ResourceChange[] }
  | { readonly kind: "deployment"; readonly deployment: StartedDeployment }
  | { readonly kind: "reason"; readonly line: string };

/** How an `up` ended. */
export interface UpOutcome {
  readonly changes: readonly ResourceChange[];
  /** Why it did not come to its end, and in which state things are, in lines for people; undefined where it did. */
  readonly problem: readonly string[] | undefined;
  /** Deployments that it started and that ECS has taken back. */
  readonly takenBack: readonly StartedDeployment[];
}

/** Brings a stack up, so that it comes between no release and no deployment; yields what happens. */
export function bringUp(args: BringUpArgs): AsyncGenerator<UpEvent, UpOutcome> {
  return eventsOf(async (tell: Tell) => {
    const { project, clients: clientsOf } = args.around;
    await refuseTypeErrors("up", project);
    // Here, since the program cannot see it: GetParameter says nothing of a key.
    await refuseUndeclaredKeys(await project.declared(args.stack), clientsOf);
    const names = await located(args, tell);
    // Before the first `up` nothing runs, and nobody else changes it.
    if (names === undefined) return await planAndApply(args, undefined, tell);
    const clients = args.around.clients(names.region);
    const lock = { names, ssm: clients.ssm, verb: "up", breakLock: args.breakLock, around: args.around };
    return await withLock(lock, () => betweenReleases(args, { names, clients }, tell));
  });
}

type Tell = (event: UpEvent) => void;

interface Running {
  readonly names: StackNames;
  readonly clients: Clients;
}

/** The names of a stack that was brought up before; says where an older program did it, whose names are too few. */
async function located({ stack, around }: BringUpArgs, tell: Tell): Promise<StackNames | undefined> {
  try {
    return await around.locate(stack);
  } catch (error) {
    if (!(error instanceof NotUp)) throw error;
    if (error.older) tell({ kind: "remark", line: `${error.message}; this \`up\` does not check what is in progress` });
    return undefined;
  }
}

/** Refuses while a run is in Release or a deployment is in progress, or waits with Release closed. */
async function betweenReleases(args: BringUpArgs, on: Running, tell: Tell): Promise<UpOutcome> {
  const { names, clients } = on;
  const remark = (line: string) => {
    tell({ kind: "remark", line });
  };
  const { around, interruption, stack } = args;
  if (args.wait) {
    const why = `up by ${around.self.who}`;
    const closing = { names, clients, verb: "up", why, around, interruption, tell: remark };
    const outcome = await whileClosed(closing, () => planAndApply(args, on, tell));
    return outcome ?? { changes: [], problem: [`stack ${stack}: interrupted; nothing was changed`], takenBack: [] };
  }
  const waits = waitsFor(await progressOf(on));
  if (waits.length === 0) return await planAndApply(args, on, tell);
  const what = waits.map((line) => line.replace("waits: ", "")).join("\n");
  throw new Refusal(
    `${what}\nstack ${stack}: nothing was changed; run \`up\` again when that has ended, or give --wait`,
  );
}

async function progressOf({ names, clients }: Running) {
  const [pipeline, services] = await Promise.all([
    readPipeline(clients.codepipeline, names.pipeline),
    findServices(clients.ecs, names.cluster, names.services),
  ]);
  return inProgress(pipeline, services);
}

async function planAndApply(args: BringUpArgs, on: Running | undefined, tell: Tell): Promise<UpOutcome> {
  const refused = (await plan(args, on, tell)) ?? (await settleInterrupted(operation(args, "refresh"), tell));
  if (refused !== undefined) return { changes: [], problem: refused, takenBack: [] };
  const known = on && args.follow ? await knownDeployments(on.clients.ecs, on.names) : new Set<string>();
  const applied = await operate(operation(args, "up"), tell);
  if (applied.problem !== undefined || on === undefined || !args.follow) return { ...applied, takenBack: [] };
  return { ...applied, takenBack: await follow(args, { ...on, changes: applied.changes, known }, tell) };
}

const operation = ({ stack, around, interruption, policyPack }: BringUpArgs, name: "up" | "preview" | "refresh") =>
  ({ ...around, stack, verb: "up", operation: name, interruption, policyPack }) as const;

/**
 * Shows what would change and has it agreed to. A changed pipeline can end a run that is under way (CodePipeline user
 * guide, "Edit a pipeline"), so that it is refused beside one. A policy pack is asked before anything is changed: an `up`
 * stops at the first violation, half made. Nobody looks where nobody is asked, no run is under way and no pack is given.
 */
async function plan(args: BringUpArgs, on: Running | undefined, tell: Tell): Promise<readonly string[] | undefined> {
  const runs = on === undefined ? [] : runsUnderWay(await readPipeline(on.clients.codepipeline, on.names.pipeline));
  if (args.agree === undefined && runs.length === 0 && args.policyPack === undefined) return undefined;
  const { changes, problem } = await operate(operation(args, "preview"));
  if (problem !== undefined) return problem;
  tell({ kind: "planned", changes });
  if (runs.length > 0 && changesPipeline(changes)) {
    throw new Refusal(
      `run ${runs.join(", ")} is in progress, and this \`up\` changes the pipeline, which can end it as Cancelled\nstack ${args.stack}: nothing was changed; wait until it has ended, or approve or reject it if it waits, then run \`up\` again`,
    );
  }
  if (changes.length > 0) await args.agree?.(changes);
  return undefined;
}

interface Applied extends Running {
  readonly changes: readonly ResourceChange[];
  readonly known: ReadonlySet<string>;
}

/** Watches what ECS makes of the services that were updated; returns the deployments it has taken back. */
async function follow(args: BringUpArgs, on: Applied, tell: Tell): Promise<readonly StartedDeployment[]> {
  const { names, clients, known } = on;
  const { around, interruption } = args;
  const updated = on.changes.filter(({ token, what }) => token === "aws:ecs/service:Service" && what === "updated");
  const services = updated.map(({ name }) => name);
  const latest = new Map<string, StartedDeployment>();
  const abandoned = () => interruption.aborted;
  const watch = { ecs: clients.ecs, cluster: names.cluster, services, known, pause: around.pause, abandoned };
  for await (const deployment of watchDeployments(watch)) {
    tell({ kind: "deployment", deployment });
    latest.set(deployment.id, deployment);
  }
  const bad = [...latest.values()].filter(({ status }) =>
    /^(STOPPED|ROLLBACK_SUCCESSFUL|ROLLBACK_FAILED)$/.test(status),
  );
  for (const each of bad) {
    for (const line of await whyTasksEnded(clients, names, each)) tell({ kind: "reason", line });
  }
  return bad;
}
