import { messageOf, StepError } from "../kit/step-error.ts";
import type { Deployed } from "./deployed.ts";
import { setCount, type Started } from "./start-tasks.ts";
import { takeBack } from "./take-back.ts";
import type { Problem } from "./until-healthy.ts";
import type { Release } from "./verify-settings.ts";

/**
 * Ends the release because of a problem: services whose first release it is have no task again, the others go back to
 * what ran before. So does a service that was asleep, or its schedule would start what has failed.
 */
export async function endRelease(
  release: Release,
  { service, reason, itself = false }: Problem,
  started: readonly Started[],
  deployed: readonly Deployed[],
): Promise<never> {
  const { say } = release.around;
  const first = started.filter(({ asleep }) => !asleep).map((one) => one.service.name);
  const asleep = started.filter((one) => one.asleep).map((one) => one.service.name);
  for (const name of first) {
    try {
      await setCount(release, name, 0);
    } catch (error) {
      say(`${name}: its tasks still run: ${messageOf(error)}`);
    }
  }
  const back = deployed.filter(({ service: { name } }) => {
    if (first.includes(name)) return false;
    return name !== service || itself || asleep.includes(name);
  });
  await takeBack(release, back);
  throw new StepError([
    first.length === 0
      ? `${service}: ${reason}`
      : `${service}: first release: ${reason}; the count of ${first.join(" ")} is 0 again`,
  ]);
}
