import { messageOf, StepError } from "../kit/step-error.ts";
import type { Surroundings } from "../kit/surroundings.ts";
import type { Deployed } from "./deployed.ts";
import { endRelease } from "./end-release.ts";
import { follow } from "./follow.ts";
import { readAllImages, readImages, type ReleasedImage } from "./image-files.ts";
import { partsOf } from "./image-uri.ts";
import { judge } from "./judge.ts";
import { markReleased } from "./mark.ts";
import { readServices } from "./read-deployments.ts";
import { isAsleep, isNotReleased, readTargets, startScaling } from "./scalable-targets.ts";
import { smokeTest } from "./smoke-test.ts";
import { sleepOn, startTasks, type Started } from "./start-tasks.ts";
import { untilHealthy } from "./until-healthy.ts";
import { releaseOf, type Release } from "./verify-settings.ts";

/** The images that a run releases. */
interface Released {
  /** To the containers of each service for which images are built, by its name. */
  readonly services: ReadonlyMap<string, readonly ReleasedImage[]>;
  /** To all containers and release tasks. */
  readonly all: readonly string[];
}

/**
 * Follows the deployments of a run, which its ECS actions start at the same time, and judges what runs when all of them
 * have ended: is it what was released? Then it ends a first release, asks the smoke test and marks the images.
 */
export async function verify(around: Surroundings): Promise<void> {
  const release = releaseOf(around);
  const images = readReleased(release);
  const deployed = await follow(release);
  const started: Started[] = [];
  try {
    await check(release, images, deployed, started);
  } catch (error) {
    await sleepOn(release, started).catch((problem: unknown) => {
      around.say(`services that were asleep still run: ${messageOf(problem)}`);
    });
    throw error;
  }
  await sleepOn(release, started);
}

/** All that was released is read before anything is changed. */
function readReleased({ around, services }: Release): Released {
  const found = new Map<string, readonly ReleasedImage[]>();
  for (const { name, action, imageDefinitions } of services) {
    if (action === undefined) continue;
    const images = readImages(around.folder, imageDefinitions);
    if (images.length === 0) {
      throw new StepError([
        `${imageDefinitions}: it names no container of ${name}; write the image of each one that is built`,
      ]);
    }
    found.set(name, images);
  }
  return { services: found, all: readAllImages(around.folder) };
}

async function check(
  release: Release,
  images: Released,
  deployed: readonly Deployed[],
  started: Started[],
): Promise<void> {
  const names = release.services.map(({ name }) => name);
  const services = await readServices(release, names);
  const targets = await readTargets(release, release.services);
  await startTasks(release, services, targets, started);
  const problem =
    (await untilHealthy(release, started)) ?? (await judge(release, { services, deployed, images: images.services }));
  if (problem !== undefined) await endRelease(release, problem, started, deployed);
  await startScaling(
    release,
    release.services.filter((one) => isNotReleased(targets, one) && !isAsleep(targets, one)),
  );
  await smokeTest(release, tagOf(images));
  await markReleased(release, images.all);
}

/** The tag that was released last; empty for digests. */
const tagOf = ({ services }: Released): string =>
  partsOf([...services.values()].flat().at(-1)?.imageUri ?? "").tag ?? "";
