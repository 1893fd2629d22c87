import { DescribeImagesCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { isAwsError } from "../../build/verdict/aws-error.ts";

/** An image in ECR. */
export interface ImageView {
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedAt: Date | undefined;
}

/** Reads the image that a container names; undefined if ECR no longer has it: one call. */
export async function readImage(client: ECRClient, image: string): Promise<ImageView | undefined> {
  const { repository, tag, digest } = partsOf(image);
  try {
    const { imageDetails: [found] = [] } = await client.send(
      new DescribeImagesCommand({
        repositoryName: repository,
        imageIds: [digest === undefined ? { imageTag: tag } : { imageDigest: digest }],
      }),
    );
    return found && { digest: found.imageDigest ?? "", tags: found.imageTags ?? [], pushedAt: found.imagePushedAt };
  } catch (error) {
    if (isAwsError(error, "ImageNotFoundException", "RepositoryNotFoundException")) return undefined;
    throw error;
  }
}

/** The parts of an image's name: `host/repository:tag` or `host/repository@digest`. */
export function partsOf(image: string) {
  const [, repository = "", tag, digest] = /^[^/]+\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(image) ?? [];
  return { repository, tag, digest };
}

/** The commit that an image was built from, which is one of its tags; undefined if no tag is a commit. */
export const commitOf = (image: string, tags: readonly string[] = []): string | undefined =>
  [partsOf(image).tag ?? "", ...tags].find((tag) => /^[0-9a-f]{7,40}$/.test(tag));

/** Whether an image's name has a tag that can move, such as `latest`: then the name does not say what runs. */
export const moves = (image: string): boolean => partsOf(image).digest === undefined && commitOf(image) === undefined;

/** Whether an image is from one of a stack's repositories. */
export const isOwn = (image: string, repositories: Readonly<Record<string, string>>): boolean =>
  Object.values(repositories).some((uri) => image.startsWith(uri) && /^[:@]/.test(image.slice(uri.length)));
