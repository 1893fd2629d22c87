import { DeleteParameterCommand } from "@aws-sdk/client-ssm";
import { inProgress } from "../look/in-progress.ts";
import { labelOf, readPipeline, readRun, type RunView } from "../look/pipeline-view.ts";
import { UsageError } from "../kit/refusal.ts";
import { readRevision } from "../look/revision-view.ts";
import { readHold } from "../guard/rollback-hold.ts";
import { readServices } from "../look/service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import { templateDrift } from "../status/status-report.ts";
import type { Clients } from "../verb/surroundings.ts";
import { closeTold, openRelease, wasClosedBy, type Transition } from "../guard/transition.ts";
import { withLock, type LockArgs } from "../guard/verb-lock.ts";
import { common, confirm, verb } from "../verb/verb.ts";

/** Ends a held rollback, or a pause. */
export const resumeVerb = verb({
  help: "end a held rollback or a pause, and let the waiting run into Release",
  options: {
    stack: common.stack,
    json: common.json,
    "dry-run": common["dry-run"],
    yes: common.yes,
    "break-lock": common["break-lock"],
  },
  run: async (values, around) => {
    if (values.stack === undefined) throw new UsageError("resume: give --stack");
    const names = await around.locate(values.stack);
    const clients = around.clients(names.region);
    const show = (plan: ResumePlan): void => {
      const lines = resumeLines(names, plan);
      for (const line of values.json === true ? [JSON.stringify(plan)] : lines) around.say(line);
    };
    if (values["dry-run"] === true) {
      const plan = await planResume(names, clients);
      show(plan);
      return exitCodeOf(plan);
    }
    const agree = async (plan: ResumePlan): Promise<void> => {
      show(plan);
      if (isHeld(plan)) await confirm("resume", values, around);
    };
    const plan = await resumeReleases(names, clients, { agree, breakLock: values["break-lock"], around });
    if (values.json !== true && isHeld(plan) && exitCodeOf(plan) === 0) around.say(`${names.stack}: releases continue`);
    return exitCodeOf(plan);
  },
});

/**
 * Ends, under the environment's lock, a held rollback or a pause; returns what was held. `agree` throws to prevent it.
 */
export const resumeReleases = (
  names: StackNames,
  clients: Clients,
  { agree, ...lock }: Pick<LockArgs, "around" | "breakLock"> & { readonly agree?: (plan: ResumePlan) => Promise<void> },
): Promise<ResumePlan> =>
  withLock({ ...lock, names, ssm: clients.ssm, verb: "resume" }, async () => {
    const plan = await planResume(names, clients);
    await agree?.(plan);
    if (isHeld(plan)) await resumeNow(names, clients);
    return plan;
  });

const isHeld = ({ hold, opens }: ResumePlan): boolean => hold !== undefined || opens;

/** What a resume would end, and which run it would let into Release. */
export interface ResumePlan {
  /** Why a rollback is held; undefined while none is. */
  readonly hold: string | undefined;
  readonly transition: Transition;
  /** Whether a verb has closed Release; then it is opened. */
  readonly opens: boolean;
  /** The run that waits before Release and would enter it. */
  readonly waiting: RunView | undefined;
  /** ECS services whose revision is not from the template of the last `up`; the next `up` rolls it out. */
  readonly due: readonly string[];
}

/** Reads what is held and what waits; changes nothing. */
async function planResume(names: StackNames, { codepipeline, ecs, ssm }: Clients): Promise<ResumePlan> {
  const [pipeline, hold, services] = await Promise.all([
    readPipeline(codepipeline, names.pipeline),
    readHold(ssm, names.rollbackHold),
    readServices(ecs, names.cluster, names.services),
  ]);
  const { beforeRelease, closed, closedBy } = inProgress(pipeline);
  const opens = wasClosedBy({ closed }, closers);
  const [waiting, revisions] = await Promise.all([
    beforeRelease === undefined ? undefined : readRun(codepipeline, names.pipeline, beforeRelease),
    Promise.all(services.map(({ revision }) => readRevision(ecs, revision))),
  ]);
  const due = services.filter(({ name }, index) => {
    const revision = revisions[index];
    return revision !== undefined && templateDrift({ revision, template: names.templates[name] }).length > 0;
  });
  return { hold, transition: { closed, closedBy }, opens, waiting, due: due.map(({ name }) => name) };
}

/** Deletes the hold, then opens Release if a verb has closed it. */
async function resumeNow(names: StackNames, { codepipeline, ssm }: Clients): Promise<void> {
  try {
    await ssm.send(new DeleteParameterCommand({ Name: names.rollbackHold }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "ParameterNotFound") throw error;
  }
  await openRelease(codepipeline, names.pipeline, closers);
}

/** Verbs that close Release. An `up` that has left it closed was killed: otherwise it would still hold the lock. */
const closers = ["rollback", "pause", "up"];

/** The lines of a plan. */
function resumeLines({ stack, pipeline }: StackNames, plan: ResumePlan): readonly string[] {
  const { hold, transition, opens, waiting, due } = plan;
  const { closed } = transition;
  const run = waiting === undefined ? "" : `run ${waiting.id} ${labelOf(waiting)}`.trimEnd();
  return [
    ...(hold === undefined ? [] : [`${stack}: a rollback is held: ${hold}`]),
    ...(opens ? [`${pipeline}: Release is closed: ${closed ?? ""}`] : []),
    ...(hold === undefined && closed === undefined ? [`${stack}: no rollback is held, and Release is open`] : []),
    ...(closed !== undefined && !opens ? closeTold(pipeline, transition) : []),
    ...(opens && waiting !== undefined ? [`${pipeline}: ${run} waits, and enters Release`] : []),
    ...due.map(
      (service) =>
        `${service}: does not run the template of the last \`up\`; run \`pulumi up --stack ${stack}\` afterwards`,
    ),
  ];
}

/** 1 if Release stays closed because someone else has closed it. */
const exitCodeOf = ({ transition, opens }: ResumePlan) => (transition.closed !== undefined && !opens ? 1 : 0);
