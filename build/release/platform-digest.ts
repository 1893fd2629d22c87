import { BatchGetImageCommand } from "@aws-sdk/client-ecr";
import { answerOf } from "../kit/aws-problem.ts";
import { StepError } from "../kit/step-error.ts";
import type { Surroundings } from "../kit/surroundings.ts";
import { isJson, listOf, parsed } from "./read-setting.ts";

/**
 * The digest that a task runs of a pushed one: of an index, as buildx pushes one, its image for the processor. Throws a
 * StepError if the image is not in the repository, or has none for the processor.
 */
export async function digestThatRuns(
  { clients }: Surroundings,
  repositoryName: string,
  imageDigest: string,
  architecture: string,
): Promise<string> {
  const asked = clients.ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest }] }));
  const { images: [image] = [] } = await answerOf("ecr:BatchGetImage", repositoryName, asked);
  if (image === undefined)
    throw new StepError([`${repositoryName}: ${imageDigest} is not there any more; push the image again`]);
  const platforms = platformsIn(parsed(image.imageManifest ?? ""));
  if (platforms === undefined) return imageDigest;
  const found = platforms.find((one) => one.os === "linux" && one.architecture === architecture);
  if (found !== undefined) return found.digest;
  throw new StepError([
    `${repositoryName}: ${imageDigest} has no image for linux/${architecture}; push one for that platform`,
  ]);
}

/** The images of an index (OCI image specification, "Image index"); undefined for the manifest of an image. */
function platformsIn(manifest: unknown) {
  if (!isJson(manifest)) return undefined;
  return listOf(manifest["manifests"], ({ digest, platform }) => {
    const { os, architecture } = isJson(platform) ? platform : {};
    return { digest: typeof digest === "string" ? digest : "", os, architecture };
  });
}
