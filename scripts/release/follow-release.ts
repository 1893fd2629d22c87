import { verbCommand } from "../../components/plain.ts";
import { logTitle } from "../../build/verdict/task-end.ts";
import { lastLines } from "../kit/log-lines.ts";
import { inProgress, waitsBefore } from "../look/in-progress.ts";
import { readActions, readPipeline, readRun, type RunAction } from "../look/pipeline-view.ts";
import { follow, type RolloutEvent, type RolloutView } from "../look/rollout.ts";
import { lineOf } from "../look/screen.ts";
import { readServices } from "../look/service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import { aborted, type Clients, type Surroundings } from "../verb/surroundings.ts";
import type { ExitCode } from "../verb/verb.ts";
import { releaseLines } from "./release-view.ts";

/** Yields what happens to a run, until it has ended or the caller stops following. */
export function followRelease(
  names: StackNames,
  clients: Clients,
  executionId: string,
  around: Pick<Surroundings, "pause"> & {
    readonly abandoned?: () => boolean;
    /** Called with the state at each look. @default - nothing is called */
    readonly onLook?: ((view: RolloutView) => void) | undefined;
  },
): AsyncGenerator<RolloutEvent> {
  const look = async () => {
    const view = await lookAt(names, clients, executionId);
    around.onLook?.(view);
    return view;
  };
  return follow(look, around.pause, around.abandoned);
}

async function lookAt(names: StackNames, { codepipeline, ecs }: Clients, id: string): Promise<RolloutView> {
  const [state, run, actions] = await Promise.all([
    readPipeline(codepipeline, names.pipeline),
    readRun(codepipeline, names.pipeline, id),
    readActions(codepipeline, names.pipeline, id),
  ]);
  // Verify starts the tasks of a first release, and rolls services back.
  const deploys = actions.some(({ name, status }) => /^(Deploy|Verify)/.test(name) && status === "InProgress");
  const services = deploys ? await readServices(ecs, names.cluster, names.services) : [];
  const plan = state.stages.flatMap((stage) => stage.actions.map(({ name }) => ({ stage: stage.name, name })));
  return { run, actions, plan, progress: inProgress(state, services), waits: waitsBefore(state, id), services };
}

/** Prints what happens to a run, as lines or as a drawing, until it has ended or a person interrupts. */
export async function tellRun(
  names: StackNames,
  clients: Clients,
  executionId: string,
  { json }: { readonly json?: boolean | undefined },
  around: Surroundings,
): Promise<ExitCode> {
  const signal = around.interruption();
  const pause = () => Promise.race([around.pause(), aborted(signal)]);
  const redraw = json === true ? undefined : around.redraw;
  const { stack, pipeline } = names;
  const onLook =
    redraw &&
    ((view: RolloutView): void => {
      const now = around.now();
      redraw((look) => releaseLines({ stack, pipeline, view, now }, look));
    });
  const events = followRelease(names, clients, executionId, { pause, abandoned: () => signal.aborted, onLook });
  const goesOn = `${names.pipeline}: run ${executionId} goes on without you; \`${verbCommand} status --stack ${names.stack}\` shows its state`;
  try {
    for await (const event of events) {
      for (const line of linesOf(event, { json, drawn: redraw !== undefined })) around.say(line);
      if (event.kind !== "ended") continue;
      if (event.run.status === "Succeeded") return 0;
      for (const line of await whyItFailed(clients, event.actions)) around.warn(line);
      return 3;
    }
  } catch (error) {
    around.warn(goesOn);
    throw error;
  }
  around.warn(goesOn);
  return 130;
}

/** The lines for an event: below a drawing only how the run ended, and the errors that the drawing had to shorten. */
function linesOf(
  event: RolloutEvent,
  { json, drawn }: { readonly json?: boolean | undefined; readonly drawn: boolean },
): readonly string[] {
  if (json === true) return [JSON.stringify(event)];
  if (!drawn) return [lineOf(event)];
  if (event.kind !== "ended") return [];
  const failed = event.actions.filter(({ error }) => error !== "");
  return [...failed.map((action) => lineOf({ kind: "action", action })), lineOf(event)];
}

/** The last log lines of the build that failed. Verify is Abandoned when it stops the run itself. */
async function whyItFailed({ logs }: Clients, actions: readonly RunAction[]): Promise<readonly string[]> {
  const builds = actions.filter(({ build }) => build !== undefined);
  const failed =
    builds.findLast(({ status }) => status === "Failed") ?? builds.findLast(({ status }) => status === "Abandoned");
  if (failed?.build === undefined) return [];
  return [logTitle(failed.name), ...(await lastLines(logs, failed.build))];
}
