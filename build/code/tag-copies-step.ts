import { BatchGetImageCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { answerOf } from "../kit/aws-problem.ts";
import { pathOf } from "../kit/repository.ts";
import { StepError } from "../kit/step-error.ts";
import type { Surroundings } from "../kit/surroundings.ts";
import { tagImage } from "../kit/tag-image.ts";
import { together } from "../kit/together.ts";
import { planFolder, readCopies, readPlan } from "./plan-folder.ts";
import { otherHere, type Copy } from "./promotion.ts";
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

interface CopyTagging {
  readonly copy: Copy;
  /** The environment that has verified it. */
  readonly from: string;
  readonly tag: string;
}

/** The commit's tag comes last: where it is, the whole image has arrived. */
async function tagCopy(ecr: ECRClient, { copy, from, tag }: CopyTagging): Promise<void> {
  const { digest } = copy;
  const repositoryName = pathOf(copy.repository);
  const got = ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }));
  const { images = [] } = await answerOf("ecr:BatchGetImage", `${repositoryName}@${digest}`, got);
  const [image] = images;
  if (image === undefined)
    throw new StepError([
      `${copy.name}: ${digest} is not in ${repositoryName} after its copy; start the stage Build again`,
    ]);
  for (const imageTag of [movingTag, tag]) {
    const there = await tagImage(ecr, { repository: repositoryName, tag: imageTag, digest, image });
    if ("error" in there) throw new StepError([`${copy.name}: ${there.error}`]);
    if (there.digest !== digest) throw new StepError([otherHere(copy, from, imageTag, there.digest, digest)]);
  }
}
