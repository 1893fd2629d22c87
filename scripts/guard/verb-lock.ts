import { verbCommand } from "../../components/plain.ts";
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { isAwsError } from "../../build/verdict/aws-error.ts";
import { problemOf } from "../kit/aws-problem.ts";
import { Refusal } from "../kit/refusal.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Surroundings } from "../verb/surroundings.ts";
import type { ThisProcess } from "../pulumi/this-process.ts";

/** Who is changing an environment now: the value of the lock's parameter. */
export interface LockHolder extends Omit<ThisProcess, "runs"> {
  readonly verb: string;
  /** When it began, in ISO 8601. */
  readonly since: string;
}

export interface LockArgs {
  readonly names: Pick<StackNames, "stack" | "verbLock">;
  readonly ssm: SSMClient;
  /** The verb that takes the lock. */
  readonly verb: string;
  /** Whether the lock is taken from its holder in any case. @default - only from a process that no longer runs */
  readonly breakLock?: boolean | undefined;
  /**
   * Called while another verb holds the lock, with a line that says who; returns whether to try again.
   * @default - it refuses
   */
  readonly onHeld?: ((who: string) => Promise<boolean>) | undefined;
  readonly around: Pick<Surroundings, "now" | "self" | "warn">;
}

/** A lock that is held; release it in `finally`. */
export interface Lock {
  readonly release: () => Promise<void>;
}

/** Acts while no other verb changes the environment; refuses if another verb holds the lock. */
export async function withLock<T>(args: LockArgs, act: () => Promise<T>): Promise<T> {
  const lock = await takeLock(args);
  try {
    return await act();
  } finally {
    await lock.release();
  }
}

/** Takes an environment's lock; refuses if another verb holds it. */
export async function takeLock(args: LockArgs): Promise<Lock> {
  const { who, host, pid, numbering } = args.around.self;
  const since = args.around.now().toISOString();
  const mine = JSON.stringify({ verb: args.verb, who, host, pid, numbering, since } satisfies LockHolder);
  await take(args, mine);
  return { release: () => release(args, mine) };
}

async function take(args: LockArgs, mine: string): Promise<void> {
  const { names, ssm, around } = args;
  if (await putFirst(ssm, names.verbLock, mine)) return;
  const held = await read(ssm, names.verbLock);
  // It was released in the meantime.
  if (held === undefined) {
    await take(args, mine);
    return;
  }
  if (isOthers(held.value, args) && (await args.onHeld?.(`${holderIn(held.value)} is changing it now`)) === true) {
    await take(args, mine);
    return;
  }
  around.warn(whyTaken(held.value, args));
  await takeOver(args, held, mine);
}

/** Whether a holder keeps the lock: it may still run, and its lock is not to be broken. */
function isOthers(value: string, { breakLock, around }: Pick<LockArgs, "breakLock" | "around">): boolean {
  const holder = holderOf(value);
  return breakLock !== true && !(holder !== undefined && isGone(holder, around.self));
}

/** The holder of a lock, in words. */
function holderIn(value: string): string {
  const holder = holderOf(value);
  return holder === undefined ? `"${value}"` : described(holder);
}

/** A line that says why the lock may be taken from its holder; refuses if it may not. */
function whyTaken(value: string, { names, breakLock, around }: Pick<LockArgs, "names" | "breakLock" | "around">) {
  const who = holderIn(value);
  if (isOthers(value, { breakLock, around })) {
    throw new Refusal(
      `${names.stack}: ${who} is changing it now; wait until that has ended, or give --break-lock if it no longer runs`,
    );
  }
  const holder = holderOf(value);
  return holder !== undefined && isGone(holder, around.self)
    ? `${names.stack}: ${who} no longer runs and has not released the lock; the lock is taken over`
    : `${names.stack}: the lock of ${who} is broken`;
}

/** Only the same user on the same host can find out whether a process still exists. */
const isGone = (holder: LockHolder, self: ThisProcess): boolean =>
  holder.who === self.who && holder.host === self.host && holder.numbering === self.numbering && !self.runs(holder.pid);

const described = ({ verb, who, host, pid, since }: LockHolder): string =>
  `\`${verb}\` of ${who} on ${host} (process ${pid}, since ${since.slice(0, 19).replace("T", " ")} UTC)`;

/** The holder that a lock's value names; undefined if no verb has written it. */
function holderOf(value: string): LockHolder | undefined {
  try {
    const { verb, who, host, pid, numbering, since } = JSON.parse(value) as Partial<LockHolder>;
    if (verb === undefined || who === undefined || host === undefined || pid === undefined) return undefined;
    return { verb, who, host, pid, numbering: numbering ?? "", since: since ?? "" };
  } catch {
    return undefined;
  }
}

interface Held {
  readonly value: string;
  readonly version: number;
}

async function read(ssm: SSMClient, Name: string): Promise<Held | undefined> {
  try {
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
    return { value: Parameter?.Value ?? "", version: Parameter?.Version ?? 0 };
  } catch (error) {
    if (isAwsError(error, "ParameterNotFound", "ParameterVersionNotFound")) return undefined;
    throw error;
  }
}

/** Without Overwrite, the later of two puts fails with ParameterAlreadyExists (SSM API reference, PutParameter). */
async function putFirst(ssm: SSMClient, Name: string, Value: string): Promise<boolean> {
  try {
    await ssm.send(new PutParameterCommand({ Name, Value, Type: "String" }));
    return true;
  } catch (error) {
    if (isAwsError(error, "ParameterAlreadyExists")) return false;
    throw error;
  }
}

/**
 * Replaces the holder's value by this verb's. If two verbs do that at the same time, each learns the version that it
 * has created. The one whose version directly follows the holder's gets the lock, and so does version 1; the other one
 * writes that value back.
 */
async function takeOver(args: LockArgs, held: Held, mine: string): Promise<void> {
  const { names, ssm } = args;
  const put = (Value: string) =>
    ssm.send(new PutParameterCommand({ Name: names.verbLock, Value, Type: "String", Overwrite: true }));
  const { Version = 1 } = await put(mine);
  if (Version === 1) return;
  const before = await read(ssm, `${names.verbLock}:${Version - 1}`);
  if (before === undefined || before.value === held.value) return;
  await put(before.value);
  whyTaken(before.value, { ...args, breakLock: false });
  throw new Refusal(`${names.stack}: another verb took the lock at the same time; try again`);
}

/** Releases the lock if this verb still holds it; warns if it does not, or if the lock cannot be deleted. */
async function release({ names, ssm, around }: LockArgs, mine: string): Promise<void> {
  try {
    const now = await read(ssm, names.verbLock);
    if (now?.value === mine) await ssm.send(new DeleteParameterCommand({ Name: names.verbLock }));
    else around.warn(`${names.stack}: another verb has taken the lock meanwhile; look with \`${verbCommand} status\``);
  } catch (error) {
    if (isAwsError(error, "ParameterNotFound")) return;
    around.warn(`${names.verbLock}: it could not be deleted; the next verb takes it over: ${problemOf(error)}`);
  }
}
