import { composeChange, withFailingMigration, withMigration, withoutHealth } from "../changes.ts";
import { getText, listNotes, startClient, type Traffic, writeNote } from "./client.ts";
import type { PipelineRun } from "./pipeline-run.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Timeline } from "./timeline.ts";

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
}

/** The journey through the given surroundings, reported on the given timeline. */
export function journey(around: Surroundings, told: Timeline): Journey {
  const state = { serving: "", before: "" };
  return {
    firstUp: () => told.step("up from nothing", () => firstUp(around, told)),
    releaseFirst: () =>
      told.step("push of commit A → serving", async () => {
        state.serving = await releaseGood(around, told);
        await wroteAndRead(around);
      }),
    settle: () => told.step("up after the first release: the scaling bounds, nothing else", () => settle(around, told)),
    releaseUnderTraffic: () =>
      told.step("push of commit B with a migration, under traffic → serving, none lost", async () => {
        const client = startClient({ url: around.url(), perSecond: 50, writeEvery: 5 });
        try {
          state.before = state.serving;
          state.serving = await releaseGood(around, told, withMigration);
        } finally {
          await client.stop();
        }
        const traffic = await client.stop();
        told.note(`${traffic.requests} requests, ${traffic.writes} of them writes; ${traffic.lostCount} lost`);
        must(traffic.lostCount === 0, `no request may be lost, but: ${JSON.stringify(traffic.lost)}`);
        await wroteAndRead(around);
        return traffic;
      }),
    loseContainer: () =>
      told.step("a container killed by hand → replaced", async () => {
        told.note(await around.killContainer("web"));
        await around.untilSteady();
        await serves(around, state.serving);
      }),
    refuseBrokenMigration: () =>
      told.step("push of a commit whose migration fails → the release stops there", async () => {
        const run = await release(around, told, withFailingMigration);
        endedAt(run, "Migrate");
        told.note(await around.buildLog());
        must(!run.actions.some(({ name }) => name === "Deploy"), "nothing may be deployed after a failed migration");
        await serves(around, state.serving);
      }),
    refuseSickContainer: () =>
      told.step("push of a commit that never gets healthy → both services back, called a failure", async () => {
        const run = await release(around, told, withoutHealth);
        must(run.status === "Stopped", `the run must be Stopped, not ${run.status}`);
        must(/ECS ended the deployment/.test(run.summary), `the run must say why it ended, not: ${run.summary}`);
        told.note(`the run says: ${run.summary}`);
        const back = around.printed(/-worker: goes back to /);
        must(back !== "", "the worker, whose deployment was a success, must go back");
        told.note(back);
        await around.untilSteady();
        await serves(around, state.serving);
      }),
    upAgain: () => told.step("up with nothing changed → no change", () => upAgain(around, told, state.serving)),
    releaseOlder: () =>
      told.step("release of the commit before → asked first, then serving; and the newer one again", async () => {
        for (const commit of [state.before, state.serving]) {
          await releaseByHand(around, told, commit, commit === state.before);
          await serves(around, commit);
        }
      }),
    rollBack: () =>
      told.step("rollback to the commit before → serving, up changes nothing, resume", async () => {
        for (const line of await verbDone(around, ["rollback", "--yes"])) told.note(line);
        await upAgain(around, told, state.before);
        told.note((await verbDone(around, ["resume", "--yes"])).at(-1) ?? "");
        state.serving = state.before;
      }),
    refuseComposeChange: () =>
      told.step("push of a commit that changes the task definition → ends before Release", async () => {
        const run = await release(around, told, composeChange(around.environment));
        endedAt(run, "Build");
        const log = await around.buildLog();
        must(/this commit changes the task definition/.test(log), `the build must say what to do, not: ${log}`);
        told.note(log);
        await serves(around, state.serving);
      }),
    releaseComposeChange: () =>
      told.step("up from that commit, then a release without a push → serving", async () => {
        const { changes } = await around.up();
        told.note(`${changes.replace} replaced, ${changes.update} updated, ${changes.same} the same`);
        must(changes.replace > 0, "a changed template must make a new revision");
        await around.untilSteady();
        await serves(around, state.serving);
        const run = await around.runOf(await around.startRun());
        await succeeded(around, run);
        state.serving = around.head();
        await serves(around, state.serving);
      }),
  };
}

async function firstUp(around: Surroundings, told: Timeline): Promise<void> {
  const { changes } = await around.up();
  told.note(`${changes.create} resources created`);
  must(changes.create > 30 && changes.update + changes.replace + changes.delete === 0, "everything must be new");
  await around.finishHandshake();
}

/** Pushes a commit, waits until it is released, and checks what runs. */
async function releaseGood(around: Surroundings, told: Timeline, change?: Parameters<Surroundings["push"]>[0]) {
  const run = await release(around, told, change);
  await succeeded(around, run);
  await serves(around, run.commit);
  const images = await around.runningImages();
  for (const { container, digest, tags } of images) {
    const tag = run.commit.slice(0, 7);
    const wanted = [tag, "latest", `verified-${tag}`];
    must(
      wanted.every((tag) => tags.includes(tag)),
      `${container}: ${digest} runs, whose tags in the registry are ${tags.join(", ")} and not ${wanted.join(" and ")}`,
    );
    told.note(`${container}: ${digest.slice(0, 19)}… runs, tagged ${tags.join(" and ")}`);
  }
  must(images.length > 0, "something must run");
  return run.commit;
}

async function release(
  around: Surroundings,
  told: Timeline,
  change?: Parameters<Surroundings["push"]>[0],
): Promise<PipelineRun & { readonly commit: string }> {
  const { commit, executionId } = await around.push(change);
  told.note(`pushed ${commit.slice(0, 7)}`);
  const run = await around.runOf(executionId);
  return { ...run, commit };
}

/**
 * Releases a commit as a person does at the command line. A commit that is older than the running one is refused
 * without a yes.
 */
async function releaseByHand(around: Surroundings, told: Timeline, commit: string, asks: boolean): Promise<void> {
  const command = ["release", "--commit", commit.slice(0, 7)];
  if (asks) {
    const { code, lines } = await around.commandLine(command);
    must(code === 1 && lines.some((line) => line.includes("goes backwards")), `it must ask: ${lines.join("; ")}`);
    told.note(lines.at(-1) ?? "");
  }
  const { code, lines } = await around.commandLine([...command, ...(asks ? ["--yes"] : [])]);
  const [, id = ""] = /: run (\S+) starts with/.exec(lines.at(-1) ?? "") ?? [];
  must(code === 0 && id !== "", `${commit} must be released: ${lines.join("; ")}`);
  told.note(lines.at(-1) ?? "");
  await succeeded(around, await around.runOf(id));
}

/** Runs a verb that must succeed; returns its output. */
async function verbDone(around: Surroundings, args: readonly string[]): Promise<readonly string[]> {
  const { code, lines } = await around.commandLine(args);
  must(code === 0, `${args.join(" ")} must be done: ${lines.join("; ")}`);
  return lines;
}

async function serves(around: Surroundings, commit: string): Promise<void> {
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

async function settle(around: Surroundings, told: Timeline): Promise<void> {
  const { changes } = await around.up();
  told.note(`${changes.update} updated, ${changes.create} created, ${changes.same} the same`);
  // The scalable target of each service has what the first release registered.
  must(changes.update === 2, `two updates: ${JSON.stringify(changes)}`);
  must(changes.create + changes.replace + changes.delete === 0, `nothing else may change: ${JSON.stringify(changes)}`);
}

async function upAgain(around: Surroundings, told: Timeline, serving: string): Promise<void> {
  const { changes } = await around.up();
  told.note(`${changes.same} the same`);
  must(
    changes.create + changes.update + changes.replace + changes.delete === 0,
    `no change, but: ${JSON.stringify(changes)}`,
  );
  await serves(around, serving);
}

function endedAt(run: PipelineRun, action: string): void {
  // A build that failed was tried twice.
  const failed = [...new Set(run.actions.filter(({ status }) => status === "Failed").map(({ name }) => name))];
  must(run.status === "Failed", `the run must be Failed, not ${run.status}`);
  must(failed.length === 1 && failed[0] === action, `${action} must have failed, not ${failed.join(", ")}`);
}

async function succeeded(around: Surroundings, run: PipelineRun): Promise<void> {
  if (run.status === "Succeeded") return;
  const errors = run.actions.flatMap(({ name, error }) => (error === "" ? [] : [`${name}: ${error}`])).join("; ");
  throw new Error(`the run must be Succeeded, not ${run.status}: ${errors}: ${await around.buildLog()}`);
}

/** Throws the given message unless the condition holds. */
function must(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}
