import { verbCommand } from "../../components/plain.ts";
import { DescribeAlarmsCommand, type CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { StartPipelineExecutionCommand } from "@aws-sdk/client-codepipeline";
import type { Git } from "../kit/git.ts";
import { wasRefused } from "../kit/aws-problem.ts";
import { inProgress } from "../look/in-progress.ts";
import { commitOf, isOwn, readImage } from "../kit/image-view.ts";
import { readPipeline, readSources } from "../look/pipeline-view.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";
import { decideRelease, type ReleaseDecision } from "./release-decision.ts";
import { readRevision } from "../look/revision-view.ts";
import { readHold } from "../guard/rollback-hold.ts";
import { tellRun } from "./follow-release.ts";
import { readServices } from "../look/service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Clients, Surroundings } from "../verb/surroundings.ts";
import { common, confirm, verb } from "../verb/verb.ts";

/** Releases without a push: the source's newest revision, or a chosen commit. */
export const releaseVerb = verb({
  help: "release without a push: the newest commit of the branch, or a chosen one",
  options: {
    stack: common.stack,
    commit: { type: "string", value: "SHA", help: "what to release, short or long; for a source in S3 the version id" },
    follow: { type: "boolean", help: "print each step until the release has ended" },
    json: common.json,
    "dry-run": common["dry-run"],
    yes: common.yes,
  },
  run: async (values, around) => {
    if (values.stack === undefined) throw new UsageError("release: give --stack");
    const names = await around.locate(values.stack);
    const clients = around.clients(names.region);
    const wanted = { git: around.git(values.stack), commit: values.commit };
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

/** What to release, and who agrees to it. */
export interface ReleaseArgs {
  readonly git: Git;
  /** @default - the newest revision of the source */
  readonly commit?: string | undefined;
  /** Is shown the decision before the run starts; throws to prevent it. */
  readonly agree: (decision: ReleaseDecision) => Promise<void>;
  readonly warn: Surroundings["warn"];
}

/** Decides on a release, asks for agreement and starts it; warns if AWS did not answer whether the run started. */
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
        `${names.pipeline}: it is not known whether a run was started; \`${verbCommand} status --stack ${names.stack}\` shows what is in progress`,
      );
    }
    throw error;
  }
}

/** Reads what runs, and decides what a release of this commit, or of the newest one, would start. */
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

/** A commit's full id: CodePipeline accepts no other. */
async function fullCommit(commit: string, git: Git): Promise<string> {
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

/** The names of those alarms that are in ALARM now; no call if the list is empty. */
async function alarmsRinging(cloudwatch: CloudWatchClient, names: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  // DescribeAlarms takes 100 names per call, and ignores alarms that do not exist.
  for (let from = 0; from < names.length; from += 100) {
    const { MetricAlarms = [] } = await cloudwatch.send(
      new DescribeAlarmsCommand({ AlarmNames: names.slice(from, from + 100), StateValue: "ALARM", MaxRecords: 100 }),
    );
    found.push(...MetricAlarms.flatMap(({ AlarmName }) => AlarmName ?? []));
  }
  return found.toSorted();
}
