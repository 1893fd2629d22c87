import { StartPipelineExecutionCommand } from "@aws-sdk/client-codepipeline";
import { alarmsRinging } from "../look/alarm-view.ts";
import { wasRefused } from "../kit/aws-problem.ts";
import { inProgress, waitsBefore } from "../look/in-progress.ts";
import { commitOf, isOwn, readImage } from "../kit/image-view.ts";
import { lastLines } from "../kit/log-lines.ts";
import { readActions, readPipeline, readRun, readSources, type RunAction } from "../look/pipeline-view.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";
import { decideRelease, type ReleaseDecision } from "./release-decision.ts";
import { readRevision } from "../look/revision-view.ts";
import { readHold } from "../guard/rollback-hold.ts";
import { follow, type RolloutEvent, type RolloutView } from "../look/rollout.ts";
import { releaseLines } from "./release-view.ts";
import { lineOf } from "../look/screen.ts";
import { readServices } from "../look/service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import { aborted, type Clients, type Surroundings } from "../verb/surroundings.ts";
import { common, confirm, verb, type ExitCode } from "../verb/verb.ts";

/** Releases without a push: the source's newest revision, or a chosen commit. */
export const releaseVerb = verb({
  help: "release without a push: the newest commit of the branch, or a chosen one",
  options: {
    stack: common.stack,
    commit: { type: "string", value: "SHA", help: "what to release, short or long; of a source in S3 the version id" },
    follow: { type: "boolean", help: "tell each step until the release has ended" },
    json: common.json,
    "dry-run": common["dry-run"],
    yes: common.yes,
  },
  run: async (values, around) => {
    if (values.stack === undefined) throw new UsageError("release: give --stack");
    const names = await around.locate(values.stack);
    const clients = around.clients(names.region);
    const wanted = { git: around.git, commit: values.commit };
    const tell = values.json === true ? around.warn : around.say;
    const show = ({ notes, doubts }: ReleaseDecision): void => {
      for (const line of [...notes, ...doubts]) tell(line);
    };
    if (values["dry-run"] === true) {
      const decision = await prepareRelease(names, clients, wanted);
      show(decision);
      const would = `${names.pipeline}: would start with ${revisionOf(decision)}`;
      around.say(values.json === true ? JSON.stringify(decision) : would);
      return 0;
    }
    const agree = async (decision: ReleaseDecision): Promise<void> => {
      show(decision);
      if (decision.doubts.length > 0) await confirm("release", values, around);
    };
    const { executionId, decision } = await beginRelease(names, clients, { ...wanted, agree, warn: around.warn });
    const what = revisionOf(decision);
    around.say(
      values.json === true
        ? JSON.stringify({ executionId })
        : `${names.pipeline}: run ${executionId} starts with ${what}`,
    );
    return values.follow === true ? await tellRun(names, clients, executionId, values, around) : 0;
  },
});

const revisionOf = ({ revisions }: ReleaseDecision): string =>
  revisions[0]?.revisionValue ?? "the newest revision of its source";

/** What to release, and how that is agreed to. */
export interface ReleaseArgs {
  readonly git: Surroundings["git"];
  /** @default - the newest revision of the source */
  readonly commit?: string | undefined;
  /** Is shown the decision before the run starts; throws to prevent it. */
  readonly agree: (decision: ReleaseDecision) => Promise<void>;
  readonly warn: Surroundings["warn"];
}

/** Decides on a release, has it agreed to and starts it; warns if AWS did not answer whether the run started. */
export async function beginRelease(
  names: StackNames,
  clients: Clients,
  { agree, warn, ...wanted }: ReleaseArgs,
): Promise<{ readonly executionId: string; readonly decision: ReleaseDecision }> {
  const decision = await prepareRelease(names, clients, wanted);
  await agree(decision);
  try {
    return { executionId: await startRelease(names, clients, decision), decision };
  } catch (error) {
    if (!wasRefused(error)) {
      warn(
        `${names.pipeline}: whether a run was started is not known; \`npm run release -- status --stack ${names.stack}\` says what is under way`,
      );
    }
    throw error;
  }
}

/** Looks at what runs, and decides what a release of this commit, or of the newest one, would start. */
async function prepareRelease(
  names: StackNames,
  clients: Clients,
  { git, commit }: Pick<ReleaseArgs, "git" | "commit">,
): Promise<ReleaseDecision> {
  const { pipeline } = names;
  const [state, hold, ringing] = await Promise.all([
    readPipeline(clients.codepipeline, pipeline),
    readHold(clients.ssm, names.rollbackHold),
    alarmsRinging(clients.cloudwatch, names.deploymentAlarms),
  ]);
  const question = { pipeline, progress: inProgress(state), hold, ringing };
  if (commit === undefined) return decideRelease({ ...question, wanted: commit, sources: [], running: [] });
  const [sources, tags] = await Promise.all([
    readSources(clients.codepipeline, pipeline),
    runningCommits(names, clients),
  ]);
  const isCommit = sources.some(({ provider }) => provider.startsWith("Code"));
  const wanted = isCommit ? await fullCommit(commit, git) : commit;
  const running = await Promise.all(
    tags.map(async (tag) => ({ tag, lost: tag && isCommit ? await git.between(wanted, tag) : undefined })),
  );
  return decideRelease({ ...question, wanted, sources, running });
}

/** Starts the run that was decided on; returns its id. */
async function startRelease(
  { pipeline }: StackNames,
  { codepipeline }: Clients,
  { revisions }: ReleaseDecision,
): Promise<string> {
  const sourceRevisions = revisions.length === 0 ? undefined : [...revisions];
  const { pipelineExecutionId = "" } = await codepipeline.send(
    new StartPipelineExecutionCommand({ name: pipeline, sourceRevisions }),
  );
  return pipelineExecutionId;
}

/** A commit's full id: CodePipeline takes no other. */
async function fullCommit(commit: string, git: Surroundings["git"]): Promise<string> {
  const known = await git.resolve(commit);
  if (known !== undefined) return known;
  if (/^[0-9a-f]{40}$/.test(commit)) return commit;
  throw new Refusal(`--commit ${commit}: this checkout does not know it; fetch it, or give all 40 digits`);
}

/** The commits that the stack's services run, each once; a service without a task runs none. */
async function runningCommits(names: StackNames, { ecs, ecr }: Clients): Promise<readonly (string | undefined)[]> {
  const services = await readServices(ecs, names.cluster, names.services);
  const released = services.filter(({ desired }) => desired > 0);
  const revisions = await Promise.all(released.map(({ revision }) => readRevision(ecs, revision)));
  const images = revisions.flatMap(({ containers }) => containers.map(({ image }) => image));
  const own = [...new Set(images)].filter((image) => isOwn(image, names.repositories));
  const tags = own.map(async (image) => commitOf(image) ?? commitOf(image, (await readImage(ecr, image))?.tags));
  return [...new Set(await Promise.all(tags))];
}

/** Tells what happens to a run, until it has ended or nobody watches any more. */
export function followRelease(
  names: StackNames,
  clients: Clients,
  executionId: string,
  around: Pick<Surroundings, "pause"> & {
    readonly abandoned?: () => boolean;
    /** Is told all that each look shows. @default - nobody is told */
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
  const deploys = actions.some(({ name, status }) => name.startsWith("Deploy") && status === "InProgress");
  const services = deploys ? await readServices(ecs, names.cluster, names.services) : [];
  const plan = state.stages.flatMap((stage) => stage.actions.map(({ name }) => ({ stage: stage.name, name })));
  return { run, actions, plan, progress: inProgress(state, services), waits: waitsBefore(state, id), services };
}

async function tellRun(
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
  const goesOn = `${names.pipeline}: run ${executionId} goes on without you; \`npm run release -- status --stack ${names.stack}\` says how it stands`;
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

/** What is said of an event: below a drawing only how the run ended, with what the drawing had to shorten. */
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

/** The last log lines of the build that failed; Watch, which ends a run, is abandoned by its own end. */
async function whyItFailed({ logs }: Clients, actions: readonly RunAction[]): Promise<readonly string[]> {
  const builds = actions.filter(({ build }) => build !== undefined);
  const failed =
    builds.findLast(({ status }) => status === "Failed") ?? builds.findLast(({ status }) => status === "Abandoned");
  if (failed?.build === undefined) return [];
  return [`--- last log lines of ${failed.name}`, ...(await lastLines(logs, failed.build))];
}
