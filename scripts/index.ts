import { setTimeout as sleep } from "node:timers/promises";
import { answerApproval, type Answer } from "./release/approval.ts";
import { declaredParameters } from "./pulumi/declared-parameters.ts";
import { checkout } from "./kit/git.ts";
import type { LogEntry } from "./kit/log-entry.ts";
import { readLogs } from "./tasks/logs.ts";
import { thisDesk, type Desk } from "./verb/desk.ts";
import { execArguments } from "./tasks/exec.ts";
import type { ParameterDifference } from "./parameters/decision.ts";
import { diffParameters, listParameters, type ListedParameter } from "./parameters/list.ts";
import { prepareImport, prepareSet, setParameter, type PreparedImport } from "./parameters/put.ts";
import { Refusal } from "./kit/refusal.ts";
import { pauseReleases } from "./release/pause.ts";
import { followRelease } from "./release/follow-release.ts";
import { beginRelease } from "./release/release.ts";
import { resumeReleases, type ResumePlan } from "./release/resume.ts";
import { revisionsOf, type RevisionView } from "./look/revision-view.ts";
import { rollBack, type RollbackEvent } from "./rollback/act.ts";
import { planRollback, type RollbackPlan } from "./rollback/plan.ts";
import type { ReleaseDecision } from "./release/release-decision.ts";
import type { RolloutEvent } from "./look/rollout.ts";
import { prepareRun, startRun, type Started } from "./tasks/run.ts";
import { applicationDirectory } from "./pulumi/stack-files.ts";
import type { StackPlace } from "./pulumi/run-pulumi.ts";
import { stackNames, type StackNames } from "./pulumi/stack-names.ts";
import type { Status } from "./status/status-report.ts";
import { readStatus } from "./status/status.ts";
import { awsClients, type Clients } from "./verb/surroundings.ts";
import { thisProcess } from "./pulumi/this-process.ts";
import type { ServiceVerdict } from "./status/verification.ts";
import { takeLock, type LockArgs } from "./guard/verb-lock.ts";
import { readVerdicts } from "./status/verify.ts";

export { cost, destroy, doctor, preview, up } from "./up/stack-functions.ts";

/** A stack's names, and clients for its region: what the functions for a stack that is up take. */
export interface Environment {
  readonly names: StackNames;
  readonly clients: Clients;
  /** The application's folder, whose Git checkout has the commits. @default - the current folder */
  readonly directory?: string;
}

/** Reads a stack's names from Pulumi; refuses a stack without an `up`. */
export async function environment(stack: string, place?: StackPlace): Promise<Environment> {
  const names = await stackNames(stack, place);
  const directory = applicationDirectory(stack, place?.projectDirectory);
  return { names, clients: awsClients(names.region), directory };
}

export interface ReleaseOptions {
  /** What to release, like `--commit` of the verb. @default - the newest revision of the source */
  readonly commit?: string;
  /** Whether a release may go backwards. @default - one that goes backwards, or may do so, is refused */
  readonly yes?: boolean;
  /** The Git checkout that has the commits. @default - that of the application */
  readonly directory?: string;
  /** Seconds between two requests for the state. @default - 5 */
  readonly pollSeconds?: number;
}

/** A run that was started, and its events: each one once, from the beginning. */
export interface Release {
  readonly executionId: string;
  readonly events: AsyncGenerator<RolloutEvent>;
}

/** Releases without a push; throws a Refusal if the verb would ask a person. */
export async function release(on: Environment, options: ReleaseOptions = {}): Promise<Release> {
  const { names, clients } = on;
  const { commit, yes = false, directory = directoryOf(on), pollSeconds = 5 } = options;
  const agree = ({ doubts }: ReleaseDecision): Promise<void> =>
    doubts.length > 0 && !yes ? Promise.reject(new Refusal(doubts.join("\n"))) : Promise.resolve();
  const wanted = { git: checkout(directory), commit };
  const { executionId } = await beginRelease(names, clients, { ...wanted, agree, warn: () => undefined });
  const pause = () => sleep(pollSeconds * 1000);
  return { executionId, events: followRelease(names, clients, executionId, { pause }) };
}

const directoryOf = ({ directory = process.cwd() }: Environment): string => directory;

/** The state of the environment. */
export const status = ({ names, clients }: Environment): Promise<Status> => readStatus(names, clients);

/**
 * ACTIVE revisions of an ECS service or of a release task's family, newest first; each is read when it is requested.
 */
export const revisions = ({ clients }: Environment, family: string): AsyncGenerator<RevisionView> =>
  revisionsOf(clients.ecs, family);

export interface RollbackOptions {
  /** What to go back to, like `--to` of the verb. @default - the release before, or the rollback that was begun */
  readonly to?: string;
  /** The Git checkout that has the commits. @default - that of the application */
  readonly directory?: string;
  /** Seconds between two requests for the state. @default - 5 */
  readonly pollSeconds?: number;
}

/** A rollback that was planned and checked. It happens, and holds the environment's lock, while its events are read. */
export interface Rollback {
  readonly plan: RollbackPlan;
  readonly events: AsyncGenerator<RollbackEvent>;
}

/** Goes back to an earlier release, and stays there until `resume`; throws a Refusal if that could not work. */
export async function rollback(on: Environment, options: RollbackOptions = {}): Promise<Rollback> {
  const { names, clients } = on;
  const { to, directory = directoryOf(on), pollSeconds = 5 } = options;
  const around = { ...here, pause: () => sleep(pollSeconds * 1000) };
  const plan = await planRollback(names, clients, { to, git: checkout(directory) });
  const lock = { names, ssm: clients.ssm, verb: "rollback", around };
  return { plan, events: locked(lock, rollBack({ names, clients, plan, around })) };
}

async function* locked<Event>(args: LockArgs, events: AsyncGenerator<Event>): AsyncGenerator<Event> {
  const lock = await takeLock(args);
  try {
    yield* events;
  } finally {
    await lock.release();
  }
}

/** Ends a held rollback or a pause; returns what was held, and which run enters Release. */
export const resume = ({ names, clients }: Environment): Promise<ResumePlan> =>
  resumeReleases(names, clients, { around: here });

/** Keeps every run out of Release until `resume`; throws a Refusal if someone else has closed it. */
export const pause = ({ names, clients }: Environment, why: string): Promise<void> =>
  pauseReleases(names, clients, { why, around: here });

/** Whether each ECS service runs what was released. */
export const verify = ({ names, clients }: Environment): Promise<readonly ServiceVerdict[]> =>
  readVerdicts(names, clients);

/** The surroundings of the functions; their warnings are those of the process. */
const here = {
  now: () => new Date(),
  self: thisProcess(),
  warn: (line: string) => {
    process.emitWarning(line);
  },
};

/** Lets the run that waits for approval into Release. */
export const approve = (on: Environment, summary: string): Promise<void> => answer(on, "Approved", summary);

/** Rejects the run that waits for approval, with the summary as the reason. */
export const reject = (on: Environment, summary: string): Promise<void> => answer(on, "Rejected", summary);

const answer = ({ names, clients }: Environment, status: Answer["status"], summary: string): Promise<void> =>
  answerApproval(clients.codepipeline, names.pipeline, { status, summary });

export interface LogsOptions {
  /** Only this ECS service: its name, or its name in `x-ecs`. @default - all, and the release tasks */
  readonly service?: string;
  /** Only this container. @default - all */
  readonly container?: string;
  /** @default - the last 10 minutes */
  readonly from?: Date;
  /** It continues with new lines until this is aborted. @default - it ends after the existing lines */
  readonly until?: AbortSignal;
  /** Seconds between two requests for the state. @default - 5 */
  readonly pollSeconds?: number;
}

/** What the containers wrote, ordered by time. */
export function logs({ names, clients }: Environment, options: LogsOptions = {}): AsyncGenerator<LogEntry> {
  const { from = new Date(Date.now() - 600_000), until, pollSeconds = 5, service, container } = options;
  const pause = () => sleep(pollSeconds * 1000);
  const watch = until && { pause, abandoned: () => until.aborted };
  return readLogs(names, clients, { service, container, from, watch });
}

export interface RunOptions {
  /** @default - the stack's own, or the only one */
  readonly service?: string;
  /** @default - the only one */
  readonly container?: string;
  /** Who started it, for ECS. @default - the user of this machine */
  readonly person?: string;
}

/** Starts a command in a separate task. `aws ecs wait tasks-stopped` waits for its end, `logs` reads its log. */
export async function run(
  { names, clients }: Environment,
  command: readonly string[],
  { person = thisDesk.person, ...where }: RunOptions = {},
): Promise<Started> {
  return await startRun(clients.ecs, await prepareRun(names, clients, { ...where, command, person }));
}

export interface ExecOptions extends Omit<RunOptions, "person"> {
  /** The terminal for the session. @default - this process's */
  readonly desk?: Pick<Desk, "has" | "interactive" | "runHere">;
}

/** Opens a shell, or runs a command, in a running container, on this process's terminal; returns the exit code. */
export async function exec(
  { names, clients }: Environment,
  command: readonly string[] = [],
  { service, container, desk = thisDesk }: ExecOptions = {},
): Promise<number> {
  return await desk.runHere("aws", await execArguments(names, clients, { service, container, command, desk }));
}

/** The environment's parameters, without their values. */
export const parameters = async (
  { names, clients }: Environment,
  place?: StackPlace,
): Promise<readonly ListedParameter[]> =>
  await listParameters(await declaredParameters(names.stack, place), names, clients);

/** The differences between the existing parameters and those that the stack declares. */
export const parameterDifference = async (
  { names, clients }: Environment,
  place?: StackPlace,
): Promise<ParameterDifference> => await diffParameters(await declaredParameters(names.stack, place), clients);

/** Writes a parameter, as SecureString unless `plain` is true; returns its new version. */
export async function putParameter(
  { names, clients }: Environment,
  { name, value, plain = false }: { readonly name: string; readonly value: string; readonly plain?: boolean },
  place?: StackPlace,
): Promise<number> {
  const declared = await declaredParameters(names.stack, place);
  return await setParameter(clients, await prepareSet(declared, clients, { given: name, plain }), value);
}

/** Compares an env file with the parameters; `put` of the result writes what is new or changed. */
export const importParameters = async (
  { names, clients }: Environment,
  { file, text, plain = false }: { readonly file: string; readonly text: string; readonly plain?: boolean },
  place?: StackPlace,
): Promise<PreparedImport> =>
  await prepareImport(await declaredParameters(names.stack, place), clients, { file, text, plain });
