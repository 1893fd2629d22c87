import { GetParametersByPathCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { eventsOf } from "../kit/event-queue.ts";
import { inProgress, runsUnderWay } from "../look/in-progress.ts";
import { operate, type OperateArgs } from "../pulumi/operate.ts";
import { readPipeline } from "../look/pipeline-view.ts";
import { Refusal } from "../kit/refusal.ts";
import { typeInWords, type ResourceChange, type StackEvent } from "../pulumi/resource-change.ts";
import { settleInterrupted } from "../pulumi/settle-interrupted.ts";
import { findServices } from "../look/service-view.ts";
import { NotUp, type StackNames } from "../pulumi/stack-names.ts";
import type { Clients, Surroundings } from "../verb/surroundings.ts";
import { waitsFor } from "../guard/transition.ts";
import { withLock } from "../guard/verb-lock.ts";

export interface TakeDownArgs {
  readonly stack: string;
  readonly breakLock?: boolean | undefined;
  /** Whether it only reports what would be deleted. */
  readonly dryRun: boolean;
  /** Called before anything is deleted; throws to prevent it. @default - no one is asked */
  readonly agree?: (() => Promise<void>) | undefined;
  readonly interruption: AbortSignal;
  readonly around: Pick<Surroundings, "locate" | "clients" | "project" | "now" | "self" | "warn">;
}

/** Something that happens while a stack is destroyed; reported once. */
export type DownEvent = StackEvent | { readonly kind: "planned"; readonly changes: readonly ResourceChange[] };

/** How it ended. */
export interface DownOutcome {
  readonly changes: readonly ResourceChange[];
  /** Why it failed and which state it left; undefined if it succeeded. */
  readonly problem: readonly string[] | undefined;
  /** What is left that Pulumi did not create, one line each. */
  readonly stays: readonly string[];
}

/**
 * Deletes everything that a stack has created; refuses before anything is deleted if something is protected or in
 * progress.
 */
export function takeDown(args: TakeDownArgs): AsyncGenerator<DownEvent, DownOutcome> {
  return eventsOf(async (tell: Tell) => {
    const names = await located(args);
    if (names === undefined) return await planAndDelete(args, undefined, tell);
    const clients = args.around.clients(names.region);
    if (args.dryRun) return await planAndDelete(args, { names, clients }, tell);
    const lock = { names, ssm: clients.ssm, verb: "destroy", breakLock: args.breakLock, around: args.around };
    const outcome = await withLock(lock, () => planAndDelete(args, { names, clients }, tell));
    return outcome.problem === undefined ? { ...outcome, stays: await whatStays(names, clients) } : outcome;
  });
}

type Tell = (event: DownEvent) => void;

interface Running {
  readonly names: StackNames;
  readonly clients: Clients;
}

/** The names of the stack; undefined if its outputs lack them, as after an `up` that failed early. */
async function located({ stack, around }: TakeDownArgs): Promise<StackNames | undefined> {
  try {
    return await around.locate(stack);
  } catch (error) {
    if (error instanceof NotUp) return undefined;
    throw error;
  }
}

async function planAndDelete(args: TakeDownArgs, on: Running | undefined, tell: Tell): Promise<DownOutcome> {
  if (on !== undefined) await refuseInProgress(args, on, tell);
  const planned = await operate(operation(args, "preview-destroy"));
  if (planned.problem !== undefined)
    return { changes: [], problem: protectedLines(planned.problem, args.stack), stays: [] };
  tell({ kind: "planned", changes: planned.changes });
  if (args.dryRun) return { changes: [], problem: undefined, stays: [] };
  await args.agree?.();
  const problem = await settleInterrupted(operation(args, "refresh"), tell);
  if (problem !== undefined) return { changes: [], problem, stays: [] };
  return { ...(await operate(operation(args, "destroy"), tell)), stays: [] };
}

const operation = ({ stack, around, interruption }: TakeDownArgs, name: OperateArgs["operation"]) =>
  ({ ...around, stack, verb: "destroy", operation: name, interruption }) as const;

async function refuseInProgress({ stack }: TakeDownArgs, { names, clients }: Running, tell: Tell): Promise<void> {
  const [pipeline, services] = await Promise.all([
    readPipeline(clients.codepipeline, names.pipeline),
    findServices(clients.ecs, names.cluster, names.services),
  ]);
  const waits = waitsFor(inProgress(pipeline, services)).map((line) => line.replace("waits: ", ""));
  if (waits.length > 0) {
    throw new Refusal(
      `${waits.join("\n")}\nstack ${stack}: nothing was deleted; run \`destroy\` again when that has ended`,
    );
  }
  for (const run of runsUnderWay(pipeline))
    tell({ kind: "remark", line: `run ${run} is in progress, and ends with its pipeline` });
}

/** Names the protected resources, and says what to do; leaves other problems as they are. */
function protectedLines(problem: readonly string[], stack: string): readonly string[] {
  const named = problem.flatMap((line) => {
    const [, name = "", token = ""] = /^(\S+) \((aws:[^)]*)\): .*cannot be deleted/.exec(line) ?? [];
    return token === "" ? [] : [`protected: ${typeInWords(token)} ${name}`];
  });
  if (named.length === 0) return problem;
  return [
    ...named.toSorted(),
    `stack ${stack}: nothing was deleted; to delete it all the same, run \`pulumi config set protect false --stack ${stack}\`, then \`up\`, then \`destroy\` again`,
  ];
}

/** What Pulumi did not create: parameters that were written by hand, and revisions of task definitions. */
async function whatStays(names: StackNames, { ssm }: Clients): Promise<readonly string[]> {
  const parameters = await parametersUnder(ssm, names.parameterPath);
  const families = [...names.services, ...names.releaseFamilies].join(", ");
  return [
    ...parameters.map((name) => `stays: parameter ${name}, which Pulumi did not make`),
    `stays: the revisions of ${families}, which cost nothing`,
    `stays: the stack itself, empty; \`pulumi stack rm ${names.stack}\` removes it`,
  ];
}

/** Names of the parameters below a path; their values are not decrypted. */
async function parametersUnder(client: SSMClient, Path: string): Promise<readonly string[]> {
  const found: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new GetParametersByPathCommand({ Path, Recursive: true, NextToken }));
    found.push(...(page.Parameters ?? []).map(({ Name = "" }) => Name));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found.toSorted();
}
