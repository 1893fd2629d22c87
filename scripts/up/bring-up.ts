import { isDecided, isLost } from "../../build/verdict/verdict.ts";
import { changesPipeline } from "../pulumi/change-summary.ts";
import { knownDeployments, watchDeployments, type StartedDeployment } from "../look/deployment-watch.ts";
import { eventsOf } from "../kit/event-queue.ts";
import { operate } from "../pulumi/operate.ts";
import { refuseUndeclaredKeys } from "../parameters/keys.ts";
import { refuseTypeErrors } from "./preview.ts";
import { NotUp, type StackNames } from "../pulumi/stack-names.ts";
import type { ResourceChange, StackEvent } from "../pulumi/resource-change.ts";
import { settleInterrupted } from "../pulumi/settle-interrupted.ts";
import { requireForward } from "./forward.ts";
import type { Git } from "../kit/git.ts";
import { lockThatEnds } from "../pulumi/stack-problem.ts";
import type { Surroundings } from "../verb/surroundings.ts";
import { timeLimit } from "../guard/time-limit.ts";
import { afterReleases, betweenReleases, PipelineInUse, runsOf, waiting, type Running } from "./turn.ts";
import { upgradeNotes } from "./upgrade-notes.ts";
import { whyTasksEnded } from "../look/task-end.ts";
import { withLock } from "../guard/verb-lock.ts";

export interface BringUpArgs {
  readonly stack: string;
  /** Whether it waits for what is in progress, instead of refusing. */
  readonly wait: boolean;
  /** Maximum of seconds that it waits. @default - no maximum */
  readonly waitSeconds?: number | undefined;
  /** The project's checkout, if one that is older than the last `up` is refused. @default - any checkout will do */
  readonly forward?: Git | undefined;
  /** Whether it watches the deployments that it starts, until ECS has decided on them. */
  readonly follow: boolean;
  readonly breakLock?: boolean | undefined;
  /** Called with what would change, before anything does; throws to prevent it. @default - no one is asked */
  readonly agree?: ((planned: readonly ResourceChange[]) => Promise<void>) | undefined;
  /** Folder of a policy pack whose rules apply. @default - none */
  readonly policyPack?: string | undefined;
  readonly interruption: AbortSignal;
  readonly around: Pick<Surroundings, "locate" | "clients" | "project" | "now" | "self" | "warn" | "pause">;
}

/** Something that happens during an `up`; reported once. */
export type UpEvent =
  | StackEvent
  | { readonly kind: "planned"; readonly changes: readonly ResourceChange[] }
  | { readonly kind: "deployment"; readonly deployment: StartedDeployment }
  | { readonly kind: "reason"; readonly line: string };

/** How an `up` ended. */
export interface UpOutcome {
  readonly changes: readonly ResourceChange[];
  /** Why it failed and which state it left, in lines for people; undefined if it succeeded. */
  readonly problem: readonly string[] | undefined;
  /** Deployments that it started and that ECS has rolled back. */
  readonly takenBack: readonly StartedDeployment[];
}

/** Brings a stack up, never during a release or a deployment; yields what happens. */
export function bringUp(args: BringUpArgs): AsyncGenerator<UpEvent, UpOutcome> {
  return eventsOf(async (tell: Tell) => {
    const { project, clients: clientsOf } = args.around;
    await refuseTypeErrors("up", project);
    // Checked here and not in the program: GetParameter does not return the key.
    await refuseUndeclaredKeys(await project.declared(args.stack), clientsOf);
    const names = await located(args, tell);
    // Before the first `up` nothing runs, and there is no lock.
    if (names === undefined) return await planAndApply(args, undefined, tell);
    for (const line of upgradeNotes(names.version)) tell({ kind: "remark", line });
    const clients = args.around.clients(names.region);
    return await inTurn(args, { names, clients }, tell);
  });
}

/** Takes the environment's lock and acts, never during a release or a deployment. */
async function inTurn(args: BringUpArgs, on: Running, tell: Tell): Promise<UpOutcome> {
  const { stack, around, interruption, forward } = args;
  const remark = (line: string) => {
    tell({ kind: "remark", line });
  };
  const turn = { ...on, around, interruption, remark, limit: timeLimit(args.waitSeconds, around) };
  const lock = { names: on.names, ssm: on.clients.ssm, verb: "up", breakLock: args.breakLock, around };
  return await withLock({ ...lock, onHeld: args.wait ? waiting(turn) : undefined }, async () => {
    // Under the lock: no other verb brings the stack up between this and the end.
    if (forward !== undefined) {
      await requireForward({ stack, git: forward, last: await around.project.lastCommit(stack) });
    }
    const act = () => withPulumisLock(args.wait ? waiting(turn) : undefined, () => planAndApply(args, on, tell));
    const outcome = args.wait ? await afterReleases(turn, act) : await betweenReleases(on, act);
    return outcome ?? { changes: [], problem: [`stack ${stack}: interrupted; nothing was changed`], takenBack: [] };
  });
}

type Tell = (event: UpEvent) => void;

/**
 * The names of a stack; undefined before its first `up`. Adds a remark if the last `up` was of an older program, whose
 * outputs lack some names.
 */
async function located({ stack, around }: BringUpArgs, tell: Tell): Promise<StackNames | undefined> {
  try {
    return await around.locate(stack);
  } catch (error) {
    if (!(error instanceof NotUp)) throw error;
    if (error.older) tell({ kind: "remark", line: `${error.message}; this \`up\` does not check what is in progress` });
    return undefined;
  }
}

/** Acts again and again while another process holds Pulumi's lock of the stack: a preview holds it as well. */
async function withPulumisLock(
  wait: ((what: string) => Promise<boolean>) | undefined,
  act: () => Promise<UpOutcome>,
): Promise<UpOutcome> {
  const outcome = await act();
  const held = lockThatEnds(outcome.problem);
  return held !== undefined && wait !== undefined && (await wait(held)) ? await withPulumisLock(wait, act) : outcome;
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
 * Previews the changes and asks for agreement. A change of the pipeline can end a run that is in progress
 * (CodePipeline user guide, "Edit a pipeline"), so it is refused during one. A policy pack is applied in the preview,
 * before anything is changed: an `up` would stop at the first violation, half done. There is no preview if no one is
 * asked, no run is in progress and there is no pack.
 */
async function plan(args: BringUpArgs, on: Running | undefined, tell: Tell): Promise<readonly string[] | undefined> {
  const runs = on === undefined ? [] : await runsOf(on);
  if (args.agree === undefined && runs.length === 0 && args.policyPack === undefined) return undefined;
  const { changes, problem } = await operate(operation(args, "preview"));
  if (problem !== undefined) return problem;
  tell({ kind: "planned", changes });
  if (runs.length > 0 && changesPipeline(changes)) {
    throw new PipelineInUse(runs, args.stack);
  }
  if (changes.length > 0) await args.agree?.(changes);
  return undefined;
}

interface Applied extends Running {
  readonly changes: readonly ResourceChange[];
  readonly known: ReadonlySet<string>;
}

/** Watches the deployments of the services that were updated; returns those that ECS has rolled back. */
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
  const bad = [...latest.values()].filter((each) => isDecided(each) && isLost(each));
  for (const each of bad) {
    for (const line of await whyTasksEnded(clients, names, each)) tell({ kind: "reason", line });
  }
  return bad;
}
