import { PutImageCommand, type ECRClient, type Image } from "@aws-sdk/client-ecr";
import { awsProblem, isAwsError } from "./aws-problem.ts";
import { lookAt, type Look } from "./repository.ts";

/** The tag of images that the Verify step of an environment has verified; other environments may promote them. */
export const verifiedTag = (tag: string): string => `verified-${tag}`;

/** A tag for an image of a repository. */
export interface Tagging {
  /** The repository's name. */
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** What ECR has of the image. */
  readonly image: Image;
}

/**
 * Puts a tag on an image ("Retagging an image", ECR user guide), and returns what the tag points to: another digest if the
 * tag was there before, which stays. Throws a StepError if ECR refuses.
 */
export async function tagImage(ecr: ECRClient, { repository, tag, digest, image }: Tagging): Promise<Look> {
  const { imageManifest, imageManifestMediaType } = image;
  const put = { repositoryName: repository, imageTag: tag, imageDigest: digest, imageManifest, imageManifestMediaType };
  try {
    await ecr.send(new PutImageCommand(put));
    return { digest };
  } catch (error) {
    // ECR refuses a tag that exists, whether it points to this image or to another one.
    if (isAwsError(error, "ImageAlreadyExistsException", "ImageTagAlreadyExistsException"))
      return lookAt(ecr, repository, tag);
    throw awsProblem(error, "ecr:PutImage", `${repository}:${tag}`);
  }
}
