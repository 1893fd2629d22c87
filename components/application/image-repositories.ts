import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "../kit/names.ts";

export interface ImageRepositoriesArgs {
  readonly names: Names;
  /** Names of the images that the Compose file builds. */
  readonly images: readonly string[];
  /** The tag that moves to the newest image, and whether an image that has lost its tags may be deleted. */
  readonly newest: { readonly tag: string; readonly untaggedExpire: boolean };
  /** Days after which an image without a tag expires, if it may expire. */
  readonly untaggedImageDays: number;
  /** Whether repositories are protected and cannot be deleted while they have images. @default - false */
  readonly protect?: boolean;
}

/** Tags that may move: that of the newest image, and those of a layer cache. */
const movingTags = (newest: string): readonly string[] => [...new Set(["latest", "cache*", newest])];

/** Whether a tag never moves to another image, so that its image does not expire. */
export const isFixedTag = (tag: string): boolean => tag !== "latest" && !tag.startsWith("cache");

/** An ECR repository for each image of an environment: commit tags never move, and no image expires that may run. */
export class ImageRepositories extends pulumi.ComponentResource {
  /** Repository URI of each image. */
  readonly uris: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: ImageRepositoriesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:ImageRepositories", name, {}, opts);
    const protect = args.protect ?? false;
    const uris: Record<string, pulumi.Output<string>> = {};
    for (const image of args.images) {
      const repository = new aws.ecr.Repository(
        `${name}-${image}`,
        {
          name: args.names.repository(image).name,
          imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
          imageTagMutabilityExclusionFilters: movingTags(args.newest.tag).map((filter) => ({
            filter,
            filterType: "WILDCARD",
          })),
          imageScanningConfiguration: { scanOnPush: true },
          forceDelete: !protect,
        },
        { parent: this, protect },
      );
      if (args.newest.untaggedExpire) {
        new aws.ecr.LifecyclePolicy(
          `${name}-${image}`,
          { repository: repository.name, policy: expiry(args.untaggedImageDays) },
          { parent: this },
        );
      }
      uris[image] = repository.repositoryUrl;
    }
    this.uris = uris;
    this.registerOutputs({ uris });
  }
}

/**
 * ECR does not know what ECS runs. So no age and no number of images is safe for a limit on images of commits: a
 * rollback may need one. A running image has a commit's tag, which never moves; images without a tag are what `latest`
 * and cache tags have left behind.
 */
function expiry(countNumber: number): string {
  const selection = { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber };
  const description = "what latest and cache tags have left behind";
  return JSON.stringify({ rules: [{ rulePriority: 1, description, selection, action: { type: "expire" } }] });
}
