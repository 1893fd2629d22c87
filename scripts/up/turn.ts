import { findServices } from "../look/service-view.ts";
import { inProgress, runsUnderWay } from "../look/in-progress.ts";
import { readPipeline } from "../look/pipeline-view.ts";
import { Refusal } from "../kit/refusal.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { TimeLimit } from "../guard/time-limit.ts";
import { waitsFor, whileClosed } from "../guard/transition.ts";
import { aborted, type Clients, type Surroundings } from "../verb/surroundings.ts";

/** A stack that is up, and its AWS clients. */
export interface Running {
  readonly names: StackNames;
  readonly clients: Clients;
}

export interface TurnArgs extends Running {
  /** When it stops waiting. */
  readonly limit: TimeLimit;
  readonly interruption: AbortSignal;
  readonly around: Pick<Surroundings, "pause" | "self">;
  /** Gets a line for each thing that it waits for, once. */
  readonly remark: (line: string) => void;
}

/** An `up` changes the pipeline while runs are in progress, which can end them as Cancelled. */
export class PipelineInUse extends Refusal {
  readonly what: string;

  constructor(runs: readonly string[], stack: string) {
    const what = `run ${runs.join(", ")} is in progress, and this \`up\` changes the pipeline, which can end it as Cancelled`;
    super(
      `${what}\nstack ${stack}: nothing was changed; wait until it has ended, or approve or reject it if it waits, then run \`up\` again`,
    );
    this.what = what;
  }
}

/** The runs of the stack's pipeline that have not ended. */
export const runsOf = async ({ names, clients }: Running): Promise<readonly string[]> =>
  runsUnderWay(await readPipeline(clients.codepipeline, names.pipeline));

/** Acts if no run is in Release and no deployment is in progress; refuses otherwise. */
export async function betweenReleases<T>({ names, clients }: Running, act: () => Promise<T>): Promise<T> {
  const [pipeline, services] = await Promise.all([
    readPipeline(clients.codepipeline, names.pipeline),
    findServices(clients.ecs, names.cluster, names.services),
  ]);
  const waits = waitsFor(inProgress(pipeline, services));
  if (waits.length === 0) return await act();
  const what = waits.map((line) => line.replace("waits: ", "")).join("\n");
  throw new Refusal(
    `${what}\nstack ${names.stack}: nothing was changed; run \`up\` again when that has ended, or give --wait`,
  );
}

/**
 * Closes Release, waits until nothing is in progress, and acts. If `act` refuses because of a run in another stage, it
 * opens Release, waits for the end of that run, and tries again: behind a closed Release that run would never end.
 * Returns undefined if the user interrupted the wait; refuses when the time is over.
 */
export async function afterReleases<T>(args: TurnArgs, act: () => Promise<T>): Promise<T | undefined> {
  const { names, interruption, limit } = args;
  const closing = { ...args, verb: "up", why: `up by ${args.around.self.who}`, tell: args.remark };
  const wait = waiting(args);
  for (;;) {
    try {
      const outcome = await whileClosed(closing, act);
      if (outcome !== undefined || interruption.aborted) return outcome;
      throw new Refusal(`stack ${names.stack}: the time of --wait-timeout is over; nothing was changed`);
    } catch (error) {
      if (!(error instanceof PipelineInUse)) throw error;
      while ((await runsOf(args)).length > 0 && (await wait(error.what)));
      if (interruption.aborted) return undefined;
      if (limit.isOver()) throw error;
    }
  }
}

/** Returns a function that names once what it waits for, and waits a moment; false if there is no more time. */
export function waiting({
  around,
  interruption,
  limit,
  remark,
}: Pick<TurnArgs, "around" | "interruption" | "limit" | "remark">): (what: string) => Promise<boolean> {
  const told = new Set<string>();
  return async (what) => {
    if (interruption.aborted || limit.isOver()) return false;
    if (!told.has(what)) remark(`waits: ${what}`);
    told.add(what);
    await Promise.race([around.pause(), aborted(interruption)]);
    return !interruption.aborted;
  };
}
