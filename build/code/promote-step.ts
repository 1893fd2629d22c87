import { StepError } from "../kit/step-error.ts";
import { lookAt, pathOf } from "../kit/repository.ts";
import type { Surroundings } from "../kit/surroundings.ts";
import { verifiedTag } from "../kit/tag-image.ts";
import { copiesFile, planFolder, readPlan, writeFiles } from "./plan-folder.ts";
import { copiesOf, type SeenImage } from "./promotion.ts";

/** `promote FOLDER`: looks at all promoted images before any is copied, and writes the copies to make into the folder. */
export async function promoteCode(around: Surroundings, words: readonly string[]): Promise<void> {
  const folder = planFolder(around, "promote", words);
  const { promotion, tag } = readPlan(folder);
  if (promotion === null)
    throw new StepError([
      'PROMOTE_FROM: not set, so there is nothing to copy; set promoteFrom and run "pulumi up" for the stack',
    ]);
  const { ecr } = around.clients;
  const images = promotion.images.map(async (image): Promise<SeenImage> => {
    const [verified, own] = await Promise.all([
      lookAt(ecr, pathOf(image.source), verifiedTag(tag)),
      lookAt(ecr, pathOf(image.repository), tag),
    ]);
    return { ...image, verified, own };
  });
  writeFiles(folder, copiesFile(copiesOf(promotion.from, tag, await Promise.all(images))));
}
