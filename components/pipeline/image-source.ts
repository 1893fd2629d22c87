import type { Names } from "../kit/names.ts";
import { Refusal } from "../kit/refusal.ts";
import { action, stage } from "./stages.ts";
import type { Source, SourceSettings, ReadyImages } from "./source.ts";

/** The tag of the newest image of a repository, and whether an image that loses its tags may be deleted. */
export const newestImage = (source: SourceSettings) =>
  source.provider === "ECR"
    ? ({ tag: source.imageTag, untaggedExpire: false } as const)
    : ({ tag: "latest", untaggedExpire: true } as const);

/** Maximum number of input artifacts of CodeBuild (CodePipeline, "CodeBuild build and test action reference"). */
const most = 5;

/**
 * The stage that takes the image with the tag from each repository (CodePipeline, "Amazon ECR source action
 * reference").
 */
export function fromImages(names: Names, { imageTag }: ReadyImages, images: readonly string[]): Source {
  if (images.length > most) {
    throw new Refusal(
      `sourceProvider: ECR releases at most ${most} images, and the Compose file builds ${images.length} (${images.join(", ")}); share images between services, or use a source that has the code`,
    );
  }
  const repositories = images.map((image) => names.repository(image));
  const actions = images.map((image, index) => ({
    declaration: {
      ...action(`Source-${image}`, "Source", "AWS", "ECR"),
      namespace: `Image${index + 1}`,
      outputArtifacts: [artifactOf(index)],
      configuration: { RepositoryName: names.repository(image).name, ImageTag: imageTag },
    },
    statements: [],
  }));
  const { declaration } = stage("Source", ...actions);
  return {
    declaration,
    statements: [{ Effect: "Allow", Action: "ecr:DescribeImages", Resource: repositories.map(({ arn }) => arn) }],
    artifacts: artifactsOf(images),
    triggers: [],
    // CodePipeline user guide, "Amazon ECR source actions and EventBridge resources".
    startedBy: {
      source: ["aws.ecr"],
      "detail-type": ["ECR Image Action"],
      detail: {
        "action-type": ["PUSH"],
        "image-tag": [imageTag],
        "repository-name": repositories.map(({ name }) => name),
        result: ["SUCCESS"],
      },
    },
    revision: images.map((image, index) => `${image} #{Image${index + 1}.ImageDigest}`).join(", "),
  };
}

/** The artifacts of the images, in the same order. */
export const artifactsOf = (images: readonly string[]): readonly string[] =>
  images.map((_, index) => artifactOf(index));

/** CodeBuild makes a variable from an artifact's name, and not every image's name is valid in one. */
const artifactOf = (index: number): string => `Image${index + 1}`;
