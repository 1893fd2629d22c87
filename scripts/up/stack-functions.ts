import { setTimeout as sleep } from "node:timers/promises";
import { neededAgreement, type Agreement } from "../verb/agreement.ts";
import { bringUp, type UpEvent } from "./bring-up.ts";
import type { CheckGroup } from "../doctor/check.ts";
import type { Machine } from "../verb/machine.ts";
import { readCost, type PlacedEstimate } from "./cost.ts";
import { previewChanges } from "./preview.ts";
import { project } from "../pulumi/project.ts";
import { Refusal } from "../kit/refusal.ts";
import type { ResourceChange } from "../pulumi/resource-change.ts";
import type { StackPlace } from "../pulumi/run-pulumi.ts";
import { stackNames } from "../pulumi/stack-names.ts";
import { awsClients, type Surroundings } from "../verb/surroundings.ts";
import { takeDown, type DownEvent } from "./take-down.ts";
import { thisProcess } from "../pulumi/this-process.ts";

export interface StackOptions {
  /** Folder of the project, and environment of Pulumi. @default - the nearest project from the
   * current folder upwards, and this process's environment */
  readonly place?: StackPlace;
  /** Whether it goes on without asking where the verb would ask a person. @default - it refuses there */
  readonly yes?: boolean;
  /** Aborting it ends the operation in an orderly way. @default - it is never aborted */
  readonly signal?: AbortSignal;
  /** Called with warnings, for example about a lock that is taken over. @default - they are dropped */
  readonly onWarning?: (line: string) => void;
}

export interface PreviewOptions extends StackOptions {
  /** Folder of a policy pack whose rules apply. @default - none */
  readonly policyPack?: string;
}

export interface UpOptions extends PreviewOptions {
  /** Whether it waits for a run in Release or a deployment. @default - it refuses */
  readonly wait?: boolean;
  /** Whether it watches the deployments that it starts. @default - true */
  readonly follow?: boolean;
  /** Seconds between two requests for the state. @default - 5 */
  readonly pollSeconds?: number;
}

/** The last event of an operation that succeeded. */
export interface Ended {
  readonly kind: "ended";
  readonly changes: readonly ResourceChange[];
}

/** What an `up` of a stack would change; throws a Refusal if the preview fails. */
export async function preview(stack: string, options: PreviewOptions = {}): Promise<readonly ResourceChange[]> {
  const { policyPack, signal = new AbortController().signal } = options;
  const interruption = () => signal;
  const args = { around: surroundings(options), stack, verb: "preview", interruption, policyPack };
  const { changes, problem } = await previewChanges(args);
  if (problem !== undefined) throw new Refusal(problem.join("\n"));
  return changes;
}

/** The monthly price of a stack, as its files are now; from a preview, so it works before the first `up`. */
export const cost = (stack: string, { place }: Pick<StackOptions, "place"> = {}): Promise<PlacedEstimate> =>
  readCost(stack, project(place));

/** Options of `doctor`. */
export interface DoctorOptions extends Pick<StackOptions, "place" | "signal"> {
  /** AWS clients for a region. @default - those of this process's credentials */
  readonly clients?: Surroundings["clients"];
  /** @default - this machine */
  readonly machine?: Machine;
}

/** Finds what prevents an `up` of the stack, or the release of a push; changes nothing. */
export async function* doctor(stack: string, options: DoctorOptions = {}): AsyncGenerator<CheckGroup, void> {
  // Loaded here: it needs more AWS clients than all other functions.
  const [{ diagnose }, { thisMachine }] = await Promise.all([
    import("../doctor/diagnose.ts"),
    import("../verb/machine.ts"),
  ]);
  const { place, clients, machine = thisMachine(place), signal = new AbortController().signal } = options;
  yield* diagnose(
    stack,
    { ...surroundings(place === undefined ? {} : { place }), ...(clients && { clients }), machine },
    signal,
  );
}

/** Brings a stack up; throws a Refusal if it fails, or if ECS rolls a deployment of it back. */
export async function* up(stack: string, options: UpOptions = {}): AsyncGenerator<UpEvent | Ended, void> {
  const { wait = false, follow = true, yes = false, policyPack } = options;
  const around = surroundings(options);
  const agree = async (planned: readonly ResourceChange[]) => {
    refuseUnlessNone("up", stack, await neededAgreement(around.project, stack, planned));
  };
  const { changes, problem, takenBack } = yield* bringUp({
    stack,
    wait,
    follow,
    around,
    policyPack,
    agree: yes ? undefined : agree,
    interruption: options.signal ?? new AbortController().signal,
  });
  const bad = takenBack.map(({ service, revision, reason }) => `${service}: ECS rolled ${revision} back: ${reason}`);
  const lines = problem ?? bad;
  if (lines.length > 0) throw new Refusal(lines.join("\n"));
  yield { kind: "ended", changes };
}

/** Deletes everything that a stack has created; refuses without `yes`, and throws a Refusal if it fails. */
export async function* destroy(stack: string, options: StackOptions = {}): AsyncGenerator<DownEvent | Ended, void> {
  const around = surroundings(options);
  const agree = async () => {
    refuseUnlessNone("destroy", stack, await neededAgreement(around.project, stack, "destroy"));
  };
  const { changes, problem } = yield* takeDown({
    stack,
    around,
    dryRun: false,
    agree: options.yes === true ? undefined : agree,
    interruption: options.signal ?? new AbortController().signal,
  });
  if (problem !== undefined) throw new Refusal(problem.join("\n"));
  yield { kind: "ended", changes };
}

function refuseUnlessNone(verb: string, stack: string, needed: Agreement): void {
  if (needed === "none") return;
  throw new Refusal(`${verb}: a person would be asked before ${stack} is changed; give yes: true`);
}

const surroundings = (options: UpOptions) => ({
  project: project(options.place),
  locate: (stack: string) => stackNames(stack, options.place),
  clients: awsClients,
  now: () => new Date(),
  self: thisProcess(),
  warn: options.onWarning ?? (() => undefined),
  pause: () => sleep((options.pollSeconds ?? 5) * 1000),
});
