import { DescribeImagesCommand } from "@aws-sdk/client-ecr";
import { answerOf } from "../kit/aws-problem.ts";
import { StepError } from "../kit/step-error.ts";
import type { ReleasedImage } from "./image-files.ts";
import { partsOf } from "./image-uri.ts";
import { pagesOf } from "./pages.ts";
import type { Release } from "./verify-settings.ts";

/** The digest of each image, by its URI. */
export type Digests = ReadonlyMap<string, string>;

/** Reads the digests of images; one that is given by its digest is not read. Throws a StepError if one is not in ECR. */
export async function readDigests(release: Release, images: readonly ReleasedImage[]): Promise<Digests> {
  const uris = [...new Set(images.map(({ imageUri }) => imageUri))];
  const found = new Map<string, string>();
  const tags = new Map<string, Set<string>>();
  for (const uri of uris) {
    const { repository, tag, digest } = partsOf(uri);
    if (digest !== undefined) found.set(uri, digest);
    else tags.set(repository, (tags.get(repository) ?? new Set()).add(tag ?? ""));
  }
  for (const [repository, asked] of tags) {
    const known = await readTags(release, repository, [...asked]);
    for (const uri of uris) {
      const parts = partsOf(uri);
      if (parts.repository === repository && parts.tag !== undefined) found.set(uri, known.get(parts.tag) ?? "");
    }
  }
  return found;
}

/** The digest of each of these tags in a repository, 100 with a call (ECR API reference, DescribeImages). */
async function readTags(
  { around }: Release,
  repositoryName: string,
  tags: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const page of pagesOf(tags, 100)) {
    const imageIds = page.map((imageTag) => ({ imageTag }));
    const asked = around.clients.ecr.send(new DescribeImagesCommand({ repositoryName, imageIds }));
    const { imageDetails = [] } = await answerOf("ecr:DescribeImages", `${repositoryName}:${page.join(", ")}`, asked);
    for (const { imageTags = [], imageDigest = "" } of imageDetails)
      for (const tag of imageTags) found.set(tag, imageDigest);
  }
  const absent = tags.find((tag) => !found.has(tag));
  if (absent === undefined) return found;
  throw new StepError([`${repositoryName}:${absent}: there is no such image in ECR; push again`]);
}
