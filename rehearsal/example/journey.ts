import { composeChange, withFailingMigration, withMigration, withoutHealth } from "../changes.ts";
import {
  destroyAll,
  firstUp,
  loseContainer,
  release,
  releaseByHand,
  releasePushed,
  releaseUnderTraffic,
  rollBack,
  serves,
  settle,
  succeeded,
  upAgain,
  walkOf,
  type Walk,
} from "../any/journey.ts";
import { getText, type Traffic } from "../kit/client.ts";
import { must } from "../kit/must.ts";
import type { PipelineRun } from "../kit/pipeline-run.ts";
import type { Timeline } from "../kit/timeline.ts";
import { listNotes, writeNote } from "./notes.ts";
import type { Surroundings } from "./surroundings.ts";

/** The journey's steps in their order; each throws when something is not as it must be. */
export interface Journey {
  firstUp(): Promise<void>;
  releaseFirst(): Promise<void>;
  settle(): Promise<void>;
  releaseUnderTraffic(): Promise<Traffic>;
  loseContainer(): Promise<void>;
  refuseBrokenMigration(): Promise<void>;
  refuseSickContainer(): Promise<void>;
  upAgain(): Promise<void>;
  releaseOlder(): Promise<void>;
  rollBack(): Promise<void>;
  refuseComposeChange(): Promise<void>;
  releaseComposeChange(): Promise<void>;
  destroy(): Promise<void>;
}

/**
 * The journey of the example application: the general steps, in which the application shows its commit and keeps notes,
 * and the steps that need the application's own code.
 */
export function journey(around: Surroundings, told: Timeline): Journey {
  const walk = walkOf(around, told, (commit) => showsCommit(around, commit));
  return {
    firstUp: () => told.step("up from nothing", () => firstUp(walk)),
    releaseFirst: () =>
      told.step("push of commit A → serving", async () => {
        await releasePushed(walk);
        await wroteAndRead(around);
      }),
    settle: () =>
      told.step("up after the first release: the scaling bounds, nothing else", async () => {
        const updated = await settle(walk);
        must(updated === 2, `two updates, one for each service, not ${updated}`);
      }),
    releaseUnderTraffic: () =>
      told.step("push of commit B with a migration, under traffic → serving, none lost", async () => {
        const traffic = await releaseUnderTraffic(walk, withMigration, { perSecond: 50, writeEvery: 5 });
        await wroteAndRead(around);
        return traffic;
      }),
    loseContainer: () =>
      told.step("a container killed by hand → replaced", () => loseContainer(walk, () => around.killContainer("web"))),
    ...ownSteps(walk, around),
    upAgain: () => told.step("up with nothing changed → no change", () => upAgain(walk)),
    releaseOlder: () =>
      told.step("release of the commit before → asked first, then serving; and the newer one again", async () => {
        const [older, newer] = [walk.before, walk.serving];
        await releaseByHand(walk, older, true);
        await releaseByHand(walk, newer, false);
      }),
    rollBack: () =>
      told.step("rollback to the commit before → serving, up changes nothing, resume", () => rollBack(walk)),
    destroy: () => told.step("destroy → nothing is left", () => destroyAll(walk)),
  };
}

/** The steps that only the example application has, since they change its code. */
function ownSteps(walk: Walk, around: Surroundings) {
  const { told } = walk;
  return {
    refuseBrokenMigration: () =>
      told.step("push of a commit whose migration fails → the release stops there", async () => {
        const run = await release(walk, withFailingMigration);
        endedAt(run, "Migrate");
        told.note(await around.buildLog());
        must(!run.actions.some(({ name }) => name === "Deploy"), "nothing may be deployed after a failed migration");
        await serves(walk);
      }),
    refuseSickContainer: () =>
      told.step("push of a commit that never gets healthy → both services back, called a failure", async () => {
        const run = await release(walk, withoutHealth);
        must(run.status === "Stopped", `the run must be Stopped, not ${run.status}`);
        must(/ECS ended the deployment/.test(run.summary), `the run must say why it ended, not: ${run.summary}`);
        told.note(`the run says: ${run.summary}`);
        const back = around.printed(/-worker: goes back to /);
        must(back !== "", "the worker, whose deployment was a success, must go back");
        told.note(back);
        await serves(walk);
      }),
    refuseComposeChange: () =>
      told.step("push of a commit that changes the task definition → ends before Release", async () => {
        const run = await release(walk, composeChange(around.environment));
        endedAt(run, "Build");
        const log = await around.buildLog();
        must(/this commit changes the task definition/.test(log), `the build must say what to do, not: ${log}`);
        told.note(log);
        await serves(walk);
      }),
    releaseComposeChange: () =>
      told.step("up from that commit, then a release without a push → serving", async () => {
        const { changes } = await around.up();
        told.note(`${changes.replace} replaced, ${changes.update} updated, ${changes.same} the same`);
        must(changes.replace > 0, "a changed template must make a new revision");
        await serves(walk);
        const run = await around.runOf(await around.startRun());
        await succeeded(around, run);
        walk.serving = around.head();
        await serves(walk);
      }),
  };
}

/** The example's pages and its worker show the commit that they are of. */
async function showsCommit(around: Surroundings, commit: string): Promise<void> {
  const short = commit.slice(0, 7);
  const version = (await getText(around.url(), "/version")).trim();
  must(version === short, `${short} must serve, not ${version}`);
  const page = await getText(around.url(), "/");
  must(page.includes(short), `the page must show ${short}`);
  const worker = JSON.parse(await getText(around.url(), "/worker")) as { readonly commit: string };
  must(worker.commit === short, `the worker must be of ${short}, not ${worker.commit}`);
}

async function wroteAndRead(around: Surroundings): Promise<void> {
  const body = `rehearsed at ${Date.now()}`;
  await writeNote(around.url(), body);
  const notes = await listNotes(around.url());
  must(notes.includes(body), "a note that was written must be there to read");
}

function endedAt(run: PipelineRun, action: string): void {
  // A build that failed was tried twice.
  const failed = [...new Set(run.actions.filter(({ status }) => status === "Failed").map(({ name }) => name))];
  must(run.status === "Failed", `the run must be Failed, not ${run.status}`);
  must(failed.length === 1 && failed[0] === action, `${action} must have failed, not ${failed.join(", ")}`);
}
