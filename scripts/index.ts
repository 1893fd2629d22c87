import { setTimeout as sleep } from "node:timers/promises";
import * as approvals from "./approval.ts";
import { checkout } from "./git.ts";
import { Refusal } from "./refusal.ts";
import { followRelease, prepareRelease, startRelease } from "./release.ts";
import { revisionsOf, type RevisionView } from "./revision-view.ts";
import type { RolloutEvent } from "./rollout.ts";
import { stackNames, type StackNames, type StackPlace } from "./stack-names.ts";
import type { Status } from "./status-report.ts";
import { readStatus } from "./status.ts";
import { awsClients, type Clients } from "./surroundings.ts";

export { destroy, preview, up } from "./stack-functions.ts";

/** A stack whose names are known, and clients for its region: what every verb takes. */
export interface Environment {
  readonly names: StackNames;
  readonly clients: Clients;
}

/** Asks Pulumi for a stack; refuses one that was never brought up. */
export async function environment(stack: string, place?: StackPlace): Promise<Environment> {
  const names = await stackNames(stack, place);
  return { names, clients: awsClients(names.region) };
}

export interface ReleaseOptions {
  /** What to release, as the verb's `--commit`. @default - the newest revision of the source */
  readonly commit?: string;
  /** Whether a release is meant that goes backwards, or may. @default - it is refused */
  readonly yes?: boolean;
  /** Checkout that knows the commits. @default - the current folder */
  readonly directory?: string;
  /** Seconds between two looks. @default - 5 */
  readonly pollSeconds?: number;
}

/** A run that was started, and what happens to it: each event once, from the beginning. */
export interface Release {
  readonly executionId: string;
  readonly events: AsyncGenerator<RolloutEvent>;
}

/** Releases without a push; throws a Refusal where a person would be asked. */
export async function release({ names, clients }: Environment, options: ReleaseOptions = {}): Promise<Release> {
  const { commit, yes = false, directory = process.cwd(), pollSeconds = 5 } = options;
  const decision = await prepareRelease(names, clients, { git: checkout(directory), commit });
  if (decision.doubts.length > 0 && !yes) throw new Refusal(decision.doubts.join("\n"));
  const executionId = await startRelease(names, clients, decision);
  const pause = () => sleep(pollSeconds * 1000);
  return { executionId, events: followRelease(names, clients, executionId, { pause }) };
}

/** How the environment stands. */
export const status = ({ names, clients }: Environment): Promise<Status> => readStatus(names, clients);

/** ACTIVE revisions of an ECS service, or of a release task's family, newest first, each read when it is asked for. */
export const revisions = ({ clients }: Environment, family: string): AsyncGenerator<RevisionView> =>
  revisionsOf(clients.ecs, family);

/** Lets the run that waits for approval into Release. */
export const approve = (on: Environment, summary: string): Promise<void> => answer(approvals.approve, on, summary);

/** Ends the run that waits for approval, with the summary as its reason. */
export const reject = (on: Environment, summary: string): Promise<void> => answer(approvals.reject, on, summary);

async function answer(
  give: typeof approvals.approve,
  { names, clients: { codepipeline } }: Environment,
  summary: string,
): Promise<void> {
  await give(codepipeline, await approvals.pendingApproval(codepipeline, names.pipeline), summary);
}
