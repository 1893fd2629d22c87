import { must } from "../kit/must.ts";
import { getText, startClient, type ClientArgs, type Traffic } from "../kit/client.ts";
import type { Change } from "../kit/commits.ts";
import type { PipelineRun } from "../kit/pipeline-run.ts";
import type { Place } from "../kit/place.ts";
import type { Timeline } from "../kit/timeline.ts";

/** The way of an application through a place: the commits that serve, and what the next step needs to know. */
export interface Walk {
  readonly place: Place;
  readonly told: Timeline;
  /** Checks more than the general steps do: that this commit serves. @default - nothing more */
  readonly serves?: (commit: string) => Promise<void>;
  /** Commit that serves now; empty before the first release. */
  serving: string;
  /** Commit that served before. */
  before: string;
  /** The newest run; undefined before the first push. */
  run: PipelineRun | undefined;
}

/** A walk that begins. */
export const walkOf = (place: Place, told: Timeline, serves?: Walk["serves"]): Walk => ({
  place,
  told,
  ...(serves !== undefined && { serves }),
  serving: "",
  before: "",
  run: undefined,
});

/** The first `up`: everything is created. */
export async function firstUp({ place, told }: Walk): Promise<void> {
  const { changes } = await place.up();
  told.note(`${changes.create} resources created`);
  must(changes.create > 30 && changes.update + changes.replace + changes.delete === 0, "everything must be new");
  await place.finishHandshake();
}

/** Pushes a commit, waits until it is released, and checks that it serves from the images that were built of it. */
export async function releasePushed(walk: Walk, change?: Change): Promise<void> {
  const { place, told } = walk;
  const before = await place.services();
  const run = await release(walk, change);
  await succeeded(place, run);
  walk.before = walk.serving;
  walk.serving = run.commit;
  await serves(walk);
  await ownImages(walk);
  const after = await place.services();
  for (const { service, revision } of after) {
    must(
      !before.some((other) => other.service === service && other.revision === revision),
      `${service}: it still runs ${revision}, the revision from before the push`,
    );
    told.note(`${service}: runs ${nameOf(revision)}`);
  }
}

/** Pushes a commit while a client sends requests all the time: none may be lost. */
export async function releaseUnderTraffic(
  walk: Walk,
  change: Change,
  client: Omit<ClientArgs, "url">,
): Promise<Traffic> {
  const { place, told } = walk;
  const running = startClient({ ...client, url: place.address() ?? "" });
  try {
    await releasePushed(walk, change);
  } finally {
    await running.stop();
  }
  const traffic = await running.stop();
  const writes = traffic.writes === 0 ? "" : `, ${traffic.writes} of them writes`;
  told.note(`${traffic.requests} requests${writes}; ${traffic.lostCount} lost`);
  must(traffic.lostCount === 0, `no request may be lost, but: ${JSON.stringify(traffic.lost)}`);
  return traffic;
}

/** The `up` after the first release: it may set the number of tasks of each service, and changes nothing else. */
export async function settle({ place, told }: Walk): Promise<number> {
  const { changes } = await place.up();
  told.note(`${changes.update} updated, ${changes.create} created, ${changes.same} the same`);
  const services = (await place.services()).length;
  // The scalable target of each service has what the first release registered.
  must(changes.update <= services, `at most ${services} updates: ${JSON.stringify(changes)}`);
  must(changes.create + changes.replace + changes.delete === 0, `nothing else may change: ${JSON.stringify(changes)}`);
  return changes.update;
}

/** An `up` that changes nothing. */
export async function upAgain(walk: Walk): Promise<void> {
  const { changes } = await walk.place.up();
  walk.told.note(`${changes.same} the same`);
  must(
    changes.create + changes.update + changes.replace + changes.delete === 0,
    `no change, but: ${JSON.stringify(changes)}`,
  );
  await serves(walk);
}

/** A container ends by itself, and ECS replaces its task. */
export async function loseContainer(walk: Walk, lose = () => walk.place.loseContainer()): Promise<void> {
  walk.told.note(await lose());
  await walk.place.untilSteady();
  await serves(walk);
}

/** A rollback to the commit before, an `up` that leaves it alone, and the end of the rollback. */
export async function rollBack(walk: Walk): Promise<void> {
  const { place, told } = walk;
  for (const line of await verbDone(place, ["rollback", "--yes"])) told.note(line);
  [walk.serving, walk.before] = [walk.before, walk.serving];
  await upAgain(walk);
  told.note((await verbDone(place, ["resume", "--yes"])).at(-1) ?? "");
}

/**
 * Releases a commit as a person does at the command line. A commit that is older than the running one is refused
 * without a yes.
 */
export async function releaseByHand(walk: Walk, commit: string, asks: boolean): Promise<void> {
  const { place, told } = walk;
  const command = ["release", "--commit", commit.slice(0, 7)];
  if (asks) {
    const { code, lines } = await place.commandLine(command);
    must(code === 1 && lines.some((line) => line.includes("goes backwards")), `it must ask: ${lines.join("; ")}`);
    told.note(lines.at(-1) ?? "");
  }
  const { code, lines } = await place.commandLine([...command, ...(asks ? ["--yes"] : [])]);
  const [, id = ""] = /: run (\S+) starts with/.exec(lines.at(-1) ?? "") ?? [];
  must(code === 0 && id !== "", `${commit} must be released: ${lines.join("; ")}`);
  told.note(lines.at(-1) ?? "");
  await succeeded(place, await place.runOf(id));
  [walk.serving, walk.before] = [commit, walk.serving];
  await serves(walk);
}

/** Destroys the stack: everything that was created is deleted, and no container runs. */
export async function destroyAll({ place, told }: Walk): Promise<void> {
  const { changes } = await place.destroy();
  told.note(`${changes.delete} resources deleted`);
  must(changes.create + changes.update + changes.replace === 0, `only deletions, but: ${JSON.stringify(changes)}`);
}

/** Pushes a commit and waits for the end of its run. */
export async function release(walk: Walk, change?: Change): Promise<PipelineRun & { readonly commit: string }> {
  const { place, told } = walk;
  const { commit, executionId } = await place.push(change);
  must(executionId !== "", `the push of ${commit.slice(0, 7)} must start a run`);
  told.note(`pushed ${commit.slice(0, 7)}`);
  const run = await place.runOf(executionId);
  walk.run = run;
  return { ...run, commit };
}

/** Throws unless the run is a success; the message has the reason and the end of the build's log. */
export async function succeeded(place: Place, run: PipelineRun): Promise<void> {
  if (run.status === "Succeeded") return;
  const errors = run.actions.flatMap(({ name, error }) => (error === "" ? [] : [`${name}: ${error}`])).join("; ");
  throw new Error(`the run must be Succeeded, not ${run.status}: ${errors}: ${await place.buildLog()}`);
}

/** The commit that is meant to serve does: its services are steady, and the health path answers where there is one. */
export async function serves(walk: Walk): Promise<void> {
  const { place, serving } = walk;
  const tag = serving.slice(0, 7);
  await place.untilSteady();
  const [address, path] = [place.address(), await place.healthPath()];
  if (address !== undefined && path !== undefined) await getText(address, path);
  const named = (await place.services()).flatMap(({ images }) => Object.entries(images));
  for (const { container, digest, tags } of await place.runningImages()) {
    must(tags.includes(tag), `${container}: it must run the image of ${tag}, not ${digest}, tagged ${tags.join(", ")}`);
    const [, image = ""] = named.find(([name]) => name === container) ?? [];
    must(image.endsWith(`:${tag}`), `${container}: its revision must name the image of ${tag}, not ${image}`);
  }
  await walk.serves?.(serving);
}

/** Every image that runs was built of the commit, pushed and verified. */
async function ownImages({ place, told, serving }: Walk): Promise<void> {
  const tag = serving.slice(0, 7);
  const images = await place.runningImages();
  for (const { container, digest, tags } of images) {
    const wanted = [tag, "latest", `verified-${tag}`];
    must(
      wanted.every((one) => tags.includes(one)),
      `${container}: ${digest} runs, whose tags in the registry are ${tags.join(", ")} and not ${wanted.join(" and ")}`,
    );
    told.note(`${container}: ${digest.slice(0, 19)}… runs, tagged ${wanted.join(" and ")}`);
  }
  must(images.length > 0, "something must run");
}

/** Runs a verb that must succeed; returns its output. */
async function verbDone(place: Place, args: readonly string[]): Promise<readonly string[]> {
  const { code, lines } = await place.commandLine(args);
  must(code === 0, `${args.join(" ")} must be done: ${lines.join("; ")}`);
  return lines;
}

const nameOf = (arn: string): string => arn.split("/").at(-1) ?? arn;
