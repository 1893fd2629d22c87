import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Names } from "./names.ts";

export interface ImageRepositoriesArgs {
  readonly names: Names;
  /** Names of the images that the Compose file builds. */
  readonly images: readonly string[];
  /** Whether repositories are protected, and refuse to be deleted with images in them. @default - false */
  readonly protect?: boolean;
}

/** An ECR repository for each image of an environment: commit tags never move, `latest` and a build's `cache` do. */
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
          imageTagMutabilityExclusionFilters: ["cache", "latest"].map((filter) => ({ filter, filterType: "WILDCARD" })),
          imageScanningConfiguration: { scanOnPush: true },
          forceDelete: !protect,
        },
        { parent: this, protect },
      );
      uris[image] = repository.repositoryUrl;
    }
    this.uris = uris;
    this.registerOutputs({ uris });
  }
}
