import { messageOf } from "../kit/step-error.ts";
import { isDecided, verdictOf } from "../verdict/verdict.ts";
import { describeDeployments, listDeployments } from "./read-deployments.ts";
import { isOver, pauseOf, type Release } from "./verify-settings.ts";

/** A service that is being rolled back. */
export interface Settling {
  readonly name: string;
  /** ARN of the deployment of this run. */
  readonly own: string;
  /** Whether a new deployment does it; otherwise ECS rolls the run's own deployment back. */
  readonly isNew: boolean;
}

/** Waits until ECS has decided on services that are being rolled back, and reports its verdicts. Throws no error. */
export async function settle(release: Release, settling: readonly Settling[]): Promise<void> {
  const begun = release.around.now();
  try {
    const arns = new Map<string, string>();
    for (const one of settling) arns.set(one.name, one.isNew ? await newestOf(release, one) : one.own);
    for (;;) {
      const now = await describeDeployments(release, [...arns.values()]);
      const isOpen = [...now.values()].some((deployment) => !isDecided(deployment));
      if (isOpen && !isOver(release, begun)) {
        await pauseOf(release);
        continue;
      }
      for (const [name, arn] of arns) release.around.say(`${name}: ${verdictOf(now.get(arn) ?? {})}`);
      return;
    }
  } catch (error) {
    release.around.say(`how the rollback ends is not known: ${messageOf(error)}`);
  }
}

/** The newest deployment of a service; ECS lists it only a moment after its start. */
async function newestOf(release: Release, { name, own }: Settling): Promise<string> {
  for (let look = 1; ; look += 1) {
    const newest = (await listDeployments(release, name)).at(-1)?.serviceDeploymentArn ?? own;
    if (newest !== own || look === 3) return newest;
    await pauseOf(release);
  }
}
