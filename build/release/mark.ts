import { BatchGetImageCommand } from "@aws-sdk/client-ecr";
import { answerOf } from "../kit/aws-problem.ts";
import { StepError } from "../kit/step-error.ts";
import { tagImage, verifiedTag } from "../kit/tag-image.ts";
import { partsOf } from "./image-uri.ts";
import type { Release } from "./verify-settings.ts";

/**
 * Marks the images of the environment's own repositories that were released by a commit's tag: gives each the tag
 * `verified-COMMIT`, from which other environments may promote it. A digest belongs to no commit.
 */
export async function markReleased(release: Release, images: readonly string[]): Promise<void> {
  const own = images.map(partsOf).filter(({ repository }) => release.repositories.includes(repository));
  for (const { repository, tag } of own) if (tag !== undefined) await mark(release, repository, tag);
  if (own.some(({ digest }) => digest !== undefined))
    release.around.say("images that were released by digest belong to no commit and are not marked as verified");
}

async function mark(release: Release, repositoryName: string, tag: string): Promise<void> {
  const { around } = release;
  const { ecr } = around.clients;
  const asked = ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: tag }] }));
  const { images: [image] = [] } = await answerOf("ecr:BatchGetImage", `${repositoryName}:${tag}`, asked);
  const digest = image?.imageId?.imageDigest;
  if (image === undefined || digest === undefined)
    throw new StepError([`${repositoryName}:${tag}: there is no such image in ECR; the new revision still runs`]);
  const name = verifiedTag(tag);
  const there = await tagImage(ecr, { repository: repositoryName, tag: name, digest, image }).catch(stillRuns);
  // A run that is tried again has marked the image before.
  if ("error" in there) throw new StepError([there.error]);
  if (there.digest !== digest)
    throw new StepError([
      `${repositoryName}: ${name} is ${there.digest}, but ${digest} was released; delete that tag and retry the stage; the new revision still runs`,
    ]);
  around.say(`${repositoryName}: ${digest} is ${name}`);
}

function stillRuns(error: unknown): never {
  throw error instanceof StepError ? new StepError([`${error.message}; the new revision still runs`]) : error;
}
