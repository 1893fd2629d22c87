import { verbCommand } from "../../components/plain.ts";
import {
  DisableStageTransitionCommand,
  EnableStageTransitionCommand,
  type CodePipelineClient,
} from "@aws-sdk/client-codepipeline";
import { problemOf } from "../kit/aws-problem.ts";
import { inProgress, releaseStage, type InProgress } from "../look/in-progress.ts";
import { readPipeline } from "../look/pipeline-view.ts";
import { findServices } from "../look/service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { TimeLimit } from "./time-limit.ts";
import { aborted, type Clients, type Surroundings } from "../verb/surroundings.ts";

/** The state of Release's inbound transition. */
export interface Transition {
  /** Why no run enters; undefined while the transition is enabled. */
  readonly closed: string | undefined;
  /** ARN of who closed it last; undefined if AWS does not report it. */
  readonly closedBy: string | undefined;
}

export interface ClosingArgs {
  readonly names: Pick<StackNames, "stack" | "pipeline" | "cluster" | "services">;
  readonly clients: Pick<Clients, "codepipeline" | "ecs">;
  readonly verb: string;
  /** Why, for people who look at the pipeline. */
  readonly why: string;
  readonly around: Pick<Surroundings, "pause">;
  /** Is aborted if the user does not want to wait any longer. */
  readonly interruption: AbortSignal;
  /** When it stops waiting. @default - never */
  readonly limit?: TimeLimit | undefined;
  /** Gets a line for each thing that it waits for, once, and for a Release that someone else has closed. */
  readonly tell: (line: string) => void;
}

/**
 * Closes Release, waits until no run is in it and no deployment is in progress, then acts. Opens Release again
 * afterwards, unless someone else has closed it. Returns undefined if the wait was interrupted, or its time was over.
 */
export async function whileClosed<T>(args: ClosingArgs, act: () => Promise<T>): Promise<T | undefined> {
  const { names, clients, verb, why, tell } = args;
  for (const line of await closeRelease(clients.codepipeline, names.pipeline, { verb, why })) tell(line);
  try {
    return (await untilFree(args)) ? await act() : undefined;
  } finally {
    try {
      await openRelease(clients.codepipeline, names.pipeline, [verb]);
    } catch (error) {
      tell(
        `${names.pipeline}: Release stays closed (${problemOf(error)}); \`${verbCommand} resume --stack ${names.stack}\` opens it`,
      );
    }
  }
}

/** Waits until nothing is in progress; false if the user interrupted, or the time is over. */
async function untilFree({ names, clients, around, interruption, limit, tell }: ClosingArgs): Promise<boolean> {
  let told: readonly string[] = [];
  while (!interruption.aborted) {
    const [pipeline, services] = await Promise.all([
      readPipeline(clients.codepipeline, names.pipeline),
      findServices(clients.ecs, names.cluster, names.services),
    ]);
    const waits = waitsFor(inProgress(pipeline, services));
    for (const line of waits.filter((one) => !told.includes(one))) tell(line);
    if (waits.length === 0) return true;
    if (limit?.isOver() === true) return false;
    told = waits;
    await Promise.race([around.pause(), aborted(interruption)]);
  }
  return false;
}

/** What a change of the environment has to wait for, one line for each thing. */
export const waitsFor = ({ inRelease, deployments }: InProgress): readonly string[] => [
  ...(inRelease === undefined ? [] : [`waits: run ${inRelease} is in Release`]),
  ...deployments.map(({ service, revision }) => `waits: ${service}: the deployment of ${revision} is in progress`),
];

/**
 * Closes Release, so that no run enters it, and returns no lines. If someone else has closed it, it stays as it is,
 * and the result is a line about that. If an `up` has closed it and was killed, this verb takes it over.
 */
export async function closeRelease(
  client: CodePipelineClient,
  pipelineName: string,
  { verb, why }: Pick<ClosingArgs, "verb" | "why">,
): Promise<readonly string[]> {
  const now = await readTransition(client, pipelineName);
  if (now.closed !== undefined && !wasClosedBy(now, [verb, "up"])) return closeTold(pipelineName, now);
  await client.send(new DisableStageTransitionCommand({ ...inbound(pipelineName), reason: closingReason(verb, why) }));
  return [];
}

/** Opens Release if one of the given verbs has closed it; returns its state before. */
export async function openRelease(
  client: CodePipelineClient,
  pipelineName: string,
  verbs: readonly string[],
): Promise<Transition> {
  const before = await readTransition(client, pipelineName);
  if (wasClosedBy(before, verbs)) await client.send(new EnableStageTransitionCommand(inbound(pipelineName)));
  return before;
}

/** Reads the state of Release's inbound transition: one call. */
async function readTransition(client: CodePipelineClient, pipelineName: string): Promise<Transition> {
  const { stages } = await readPipeline(client, pipelineName);
  const { closed, closedBy } = stages.find(({ name }) => name === releaseStage) ?? {};
  return { closed, closedBy };
}

const inbound = (pipelineName: string) =>
  ({ pipelineName, stageName: releaseStage, transitionType: "Inbound" }) as const;

/** A line that says who closed Release and why, and how to open it. */
export function closeTold(pipelineName: string, { closed = "", closedBy }: Transition): readonly string[] {
  const byVerb = marks("").some((mark) => closed.includes(mark.slice(0, -1)));
  const opens = byVerb
    ? `\`${verbCommand} resume\``
    : `\`aws codepipeline enable-stage-transition --pipeline-name ${pipelineName} --stage-name ${releaseStage} --transition-type Inbound\``;
  const by = closedBy === undefined ? "" : ` by ${closedBy}`;
  return [`${pipelineName}: Release was closed${by} and stays closed: ${closed}; when that is over, ${opens} opens it`];
}

/** Whether one of these verbs has closed Release. */
export const wasClosedBy = ({ closed }: Pick<Transition, "closed">, verbs: readonly string[]): boolean =>
  closed !== undefined && verbs.some((verb) => marks(verb).some((mark) => closed.endsWith(mark)));

/**
 * A reason that CodePipeline accepts: at most 300 characters, and only these (CodePipeline API reference,
 * DisableStageTransition). It ends with the verb's mark.
 */
export function closingReason(verb: string, why: string): string {
  const ending = ` ${marks(verb)[0]}`;
  return `${why.replace(/[^a-zA-Z0-9!@ ().*?-]+/g, "-").slice(0, 300 - ending.length)}${ending}`;
}

/** How a verb signs the reason; the second is the signature of versions up to 0.1. */
const marks = (verb: string) => [`(compose-ecs-pipeline ${verb})`, `(npm run release -- ${verb})`] as const;
