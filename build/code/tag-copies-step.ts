import { BatchGetImageCommand, PutImageCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { answerOf, awsProblem, isAwsError } from "../kit/aws-problem.ts";
import { StepError } from "../kit/step-error.ts";
import type { Surroundings } from "../kit/surroundings.ts";
import { together } from "../kit/together.ts";
import { planFolder, readCopies, readPlan } from "./plan-folder.ts";
import { otherHere, type Copy } from "./promotion.ts";
import { lookAt, pathOf } from "./repository.ts";
import { movingTag } from "./tag.ts";

/**
 * `tag-copies FOLDER`: puts the tags on the verified digests. A builder copies manifests and layers, but may wrap one
 * image into an index, depending on its version; ECR checks the digest that it is given.
 */
export async function tagCopies(around: Surroundings, words: readonly string[]): Promise<void> {
  const folder = planFolder(around, "tag-copies", words);
  const { promotion, tag } = readPlan(folder);
  const from = promotion?.from ?? "";
  const tagged = readCopies(folder).map(async (copy) => {
    await tagCopy(around.clients.ecr, { copy, from, tag });
    around.say(`${copy.name}: ${copy.digest}, verified in ${from}, is ${copy.repository}:${tag}`);
  });
  await together(tagged);
}

interface Tagging {
  readonly copy: Copy;
  /** The environment that has verified it. */
  readonly from: string;
  readonly tag: string;
}

/** The commit's tag comes last: where it is, the whole image has arrived. */
async function tagCopy(ecr: ECRClient, { copy, from, tag }: Tagging): Promise<void> {
  const { digest } = copy;
  const repositoryName = pathOf(copy.repository);
  const got = ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }));
  const { images = [] } = await answerOf("ecr:BatchGetImage", `${repositoryName}@${digest}`, got);
  const [image] = images;
  if (image === undefined)
    throw new StepError([
      `${copy.name}: ${digest} is not in ${repositoryName} after its copy; start the stage Build again`,
    ]);
  const { imageManifest, imageManifestMediaType } = image;
  for (const imageTag of [movingTag, tag]) {
    const put = { repositoryName, imageTag, imageDigest: digest, imageManifest, imageManifestMediaType };
    try {
      await ecr.send(new PutImageCommand(put));
    } catch (error) {
      // ECR refuses a tag that exists, whether it points to this image or to another one.
      if (!isAwsError(error, "ImageAlreadyExistsException", "ImageTagAlreadyExistsException"))
        throw awsProblem(error, "ecr:PutImage", `${repositoryName}:${imageTag}`);
      const there = await lookAt(ecr, copy.repository, imageTag);
      if ("error" in there) throw new StepError([`${copy.name}: ${there.error}`]);
      if (there.digest !== digest) throw new StepError([otherHere(copy, from, imageTag, there.digest, digest)]);
    }
  }
}
