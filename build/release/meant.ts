import { lastPart } from "../verdict/arn.ts";
import { lostKeys } from "../verdict/lost-keys.ts";
import type { ReleasedImage } from "./image-files.ts";
import { readDefinition } from "./read-definition.ts";
import type { Problem } from "./until-healthy.ts";
import type { Release, ReleasedService } from "./verify-settings.ts";

/**
 * Compares the deployed revision of a service with the one that `up` made of the same template. Keys that only matter for
 * recovery and looking are reported; any other one that is missing or different is a problem.
 */
export async function problemOfRevision(
  release: Release,
  { name, meant }: ReleasedService,
  deployed: string | undefined,
  images: readonly ReleasedImage[],
): Promise<Problem | undefined> {
  if (deployed === undefined || meant === undefined || lastPart(deployed) === meant) return undefined;
  const released = images.map((image) => image.name);
  const lost = lostKeys(await readDefinition(release, meant), await readDefinition(release, deployed), released);
  if (lost === undefined) return undefined;
  const differs = `${lastPart(deployed)} is not ${meant}, which "pulumi up" made of the same template`;
  if (lost.light.length > 0) {
    release.around.say(`${name}: warning: ${differs}: ${lost.light.join("; ")}; its tasks run without that`);
  }
  if (lost.heavy.length === 0) return undefined;
  return {
    service: name,
    reason: `${differs}: ${lost.heavy.join("; ")}; CodePipeline's ECS action did not copy that, so do not use these keys`,
    itself: true,
  };
}
