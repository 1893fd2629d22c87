import { DescribeImagesCommand, ECRClient, type ImageDetail } from "@aws-sdk/client-ecr";
import { strToU8, zipSync } from "fflate";
import { ActionFailure } from "./action.ts";
import type { ActionContext, ActionHandler } from "./action.ts";

/** The source action for an image in ECR: takes the image of the tag, or the digest that the run was started with. */
export const ecrAction: ActionHandler = async (context) => {
  const { run, action, world, outputs, store } = context;
  // "ImageTag … defaults to latest": "Amazon ECR source action reference", as all that follows.
  const { RepositoryName = "", ImageTag = "latest" } = context.configuration;
  const chosen = run.sourceRevisions.find(({ actionName }) => actionName === action.name)?.revisionValue;
  const image = await describe(
    context,
    RepositoryName,
    chosen === undefined ? { imageTag: ImageTag } : { imageDigest: chosen },
  );
  const digest = image.imageDigest ?? "";
  const uri = `${world.registryHost}/${RepositoryName}@${digest}`;
  const detail = strToU8(JSON.stringify(imageDetail(image, uri)));
  for (const output of outputs) await store.put(output, zipSync({ "imageDetail.json": detail }));
  return {
    revision: { id: digest, summary: uri, created: (image.imagePushedAt ?? new Date()).getTime() / 1000 },
    variables: {
      ImageDigest: digest,
      ImageTag,
      ImageURI: uri,
      RegistryId: world.accountId,
      RepositoryName,
    },
  };
};

async function describe(
  { world, credentials }: ActionContext,
  repositoryName: string,
  imageId: { readonly imageTag: string } | { readonly imageDigest: string },
): Promise<ImageDetail> {
  const ecr = new ECRClient({ endpoint: world.endpointUrl, region: world.region, credentials });
  try {
    const { imageDetails = [] } = await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [imageId] }));
    const [found] = imageDetails;
    if (found !== undefined) return found;
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name !== "ImageNotFoundException" && name !== "RepositoryNotFoundException") throw error;
  } finally {
    ecr.destroy();
  }
  throw new ActionFailure("RevisionUnavailable", `${repositoryName} has no image ${Object.values(imageId).join()}`);
}

/** The file that ECR source actions hand on ("Image definitions file reference", imageDetail.json). */
function imageDetail(image: ImageDetail, ImageURI: string): object {
  return {
    ImageSizeInBytes: String(image.imageSizeInBytes ?? 0),
    ImageDigest: image.imageDigest,
    Version: "1.0",
    ImagePushedAt: (image.imagePushedAt ?? new Date()).toUTCString(),
    RegistryId: image.registryId,
    RepositoryName: image.repositoryName,
    ImageURI,
    ImageTags: image.imageTags ?? [],
  };
}
