import { BatchGetImageCommand, PutImageCommand, type Image } from "@aws-sdk/client-ecr";
import { answerOf, awsProblem, isAwsError } from "../kit/aws-problem.ts";
import { StepError } from "../kit/step-error.ts";
import { partsOf } from "./image-uri.ts";
import { readTags } from "./read-digests.ts";
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
  try {
    await ecr.send(new PutImageCommand(marked(image, repositoryName, tag, digest)));
  } catch (error) {
    if (!isMarked(error)) {
      const { message } = awsProblem(error, "ecr:PutImage", `${repositoryName}:verified-${tag}`);
      throw new StepError([`${message}; the new revision still runs`]);
    }
    await requireSame(release, repositoryName, tag, digest);
  }
  around.say(`${repositoryName}: ${digest} is verified-${tag}`);
}

/** "Retagging an image", ECR user guide. */
const marked = (image: Image, repositoryName: string, tag: string, imageDigest: string) => ({
  repositoryName,
  imageTag: `verified-${tag}`,
  imageDigest,
  imageManifest: image.imageManifest,
  imageManifestMediaType: image.imageManifestMediaType,
});

/** A run that is tried again has marked the image before. */
const isMarked = (error: unknown): boolean =>
  isAwsError(error, "ImageAlreadyExistsException") || isAwsError(error, "ImageTagAlreadyExistsException");

async function requireSame(release: Release, repository: string, tag: string, digest: string): Promise<void> {
  const name = `verified-${tag}`;
  const there = (await readTags(release, repository, [name])).get(name) ?? "";
  if (there === digest) return;
  throw new StepError([
    `${repository}: ${name} is ${there}, but ${digest} was released; delete that tag and retry the stage; the new revision still runs`,
  ]);
}
