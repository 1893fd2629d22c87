import { verbCommand } from "../../components/plain.ts";
import type { Git } from "../kit/git.ts";
import { inProgress } from "../look/in-progress.ts";
import { ownImages } from "../look/own-images.ts";
import { readPipeline } from "../look/pipeline-view.ts";
import { Refusal } from "../kit/refusal.ts";
import { readReleaseTasks, type ReleaseTask } from "../release/release-tasks.ts";
import { revisionChanges } from "../look/revision-changes.ts";
import { failureOf } from "../look/revision-verdicts.ts";
import { checkRevisions } from "./checks.ts";
import { chooseAll, readKnown, type Known } from "./choice.ts";
import { targetOf, type Candidate, type Target } from "./decision.ts";
import { readHoldValue, recordOf } from "../guard/rollback-hold.ts";
import { readServices } from "../look/service-view.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Clients } from "../verb/surroundings.ts";

/** What a rollback would do. */
export interface RollbackPlan {
  /** What it goes back to, in words: a commit, or revisions. */
  readonly to: string;
  readonly services: readonly ServicePlan[];
  /** Release tasks that have run since; a rollback does not undo them. */
  readonly tasks: readonly ReleaseTask[];
  readonly notes: readonly string[];
}

export interface ServicePlan {
  readonly service: string;
  /** The service's current revision, as `family:revision`. */
  readonly from: string;
  readonly to: string;
  /** The differences to that revision, one line each. */
  readonly changes: readonly string[];
}

export interface RollbackQuestion {
  /** What to go back to, like `--to` of the verb. */
  readonly to?: string | undefined;
  readonly git: Pick<Git, "resolve">;
}

/**
 * Reads, decides and checks; changes nothing. Refuses if a run is in Release, or if tasks of a revision could not
 * start.
 */
export async function planRollback(
  names: StackNames,
  clients: Clients,
  question: RollbackQuestion,
): Promise<RollbackPlan> {
  const [services, pipeline, hold] = await Promise.all([
    readServices(clients.ecs, names.cluster, names.services),
    readPipeline(clients.codepipeline, names.pipeline),
    readHoldValue(clients.ssm, names.rollbackHold),
  ]);
  const { inRelease, deployments } = inProgress(pipeline, services);
  if (inRelease !== undefined) throw new Refusal(refusalOfRun(names, inRelease));
  const begun = question.to === undefined ? recordOf(hold) : undefined;
  const target = begun ? goesOn(begun.to) : await resolved(targetOf(question.to, names.services), question.git);
  const images = ownImages(clients.ecr, names.repositories);
  const known = await Promise.all(services.map((service) => readKnown(names, clients, images, service)));
  const chosen = await chooseAll(clients, images, known, target);
  const moved = chosen.filter(({ from, to }) => from.name !== to.revision.name);
  const since = moved.map(({ to }) => to.revision.registeredAt ?? new Date()).toSorted((a, b) => Number(a) - Number(b));
  const [findings, tasks] = await Promise.all([
    checkRevisions(
      clients,
      images,
      moved.map(({ to }) => to.revision),
    ),
    since[0] === undefined ? [] : readReleaseTasks(names, clients, since[0]),
  ]);
  const { problems } = findings;
  if (problems.length > 0) {
    throw new Refusal([...problems, "rollback: nothing was changed; choose another revision with --to"].join("\n"));
  }
  return {
    to: labelOf(chosen.map(({ to }) => to)),
    services: chosen.map(({ service, from, to }) => ({
      service,
      from: from.name,
      to: to.revision.name,
      changes: revisionChanges(from, to.revision),
    })),
    tasks,
    notes: [
      ...(begun === undefined ? [] : [`continues the rollback that was begun: ${begun.text}`]),
      ...known.flatMap(takenBack),
      ...deployments
        .filter(({ service, revision }) =>
          chosen.some((one) => one.service === service && one.to.revision.name !== revision),
        )
        .map(
          ({ service, revision }) => `${service}: the deployment of ${revision} is in progress, and is stopped first`,
        ),
      ...findings.notes,
    ],
  };
}

const refusalOfRun = ({ pipeline }: StackNames, run: string): string =>
  `${pipeline}: run ${run} is in Release; wait until it has ended, or end it: aws codepipeline stop-pipeline-execution --pipeline-name ${pipeline} --pipeline-execution-id ${run} --abandon`;

const goesOn = (to: Readonly<Record<string, string>>): Target => ({
  kind: "revisions",
  numbers: Object.fromEntries(Object.entries(to).map(([service, name]) => [service, Number(name.split(":").at(-1))])),
});

async function resolved(target: Target, git: RollbackQuestion["git"]): Promise<Target> {
  if (target.kind !== "commit") return target;
  const commit = (await git.resolve(target.commit)) ?? target.commit;
  if (/^[0-9a-f]{7,40}$/.test(commit)) return { kind: "commit", commit: commit.slice(0, 7) };
  throw new Refusal(
    `--to ${target.commit}: neither a revision nor a commit that this checkout knows; give 7 of its digits, or a revision as in \`${verbCommand} revisions\``,
  );
}

/**
 * A note about a newer revision that ECS has already rolled back: the rollback that the user wants may have happened.
 */
const takenBack = ({ service, current, verdicts }: Known): readonly string[] =>
  Object.keys(verdicts)
    .filter((name) => Number(name.split(":").at(-1)) > current.revision.number)
    .flatMap((name) => {
      const failed = failureOf(verdicts, name);
      return failed === undefined
        ? []
        : [`${service.name}: ${name} has already been rolled back by ECS (${failed}); ${current.revision.name} runs`];
    })
    .slice(0, 1);

function labelOf(chosen: readonly Candidate[]): string {
  const commits = [...new Set(chosen.flatMap((one) => one.commits))];
  const [commit] = commits;
  return commits.length === 1 && commit !== undefined ? commit : chosen.map(({ revision }) => revision.name).join(", ");
}
