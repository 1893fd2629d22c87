import type { Place } from "../kit/names.ts";
import { Refusal } from "../kit/refusal.ts";
import type { Statement } from "../kit/statement.ts";

/** An image as Dockerfiles and Compose files name it, and where a build takes it from. */
export interface BaseImage {
  readonly image: string;
  readonly reference: string;
}

/**
 * What a build may do to the private repositories its base images are in: pull, and let a pull-through cache fetch an
 * image that it has not yet (ECR, "IAM permissions required to sync an upstream registry"). public.ecr.aws asks nobody.
 */
export function baseImageStatements(place: Place, baseImages: readonly BaseImage[]): readonly Statement[] {
  const repositories = baseImages.flatMap((baseImage) => repositoryArn(place, baseImage) ?? []);
  if (repositories.length === 0) return [];
  return [
    {
      Effect: "Allow",
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:BatchImportUpstreamImage",
        "ecr:CreateRepository",
        "ecr:GetDownloadUrlForLayer",
      ],
      Resource: [...new Set(repositories)].toSorted(),
    },
  ];
}

/** Refuses a base image in a registry that a build, which logs in to those of its own region, cannot reach. */
export function requireBaseImages({ region }: Place, baseImages: readonly BaseImage[]): void {
  for (const { image, reference } of baseImages) {
    const where = privateEcr.exec(reference)?.[2] ?? region;
    if (where === region) continue;
    throw new Refusal(`baseImages: ${image} is in ${where}; give a repository or a pull-through cache in ${region}`);
  }
}

/** Account, region and repository of a reference into a private ECR registry. */
const privateEcr = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/;

/** ARN of the repository behind a reference into ECR; undefined for any other registry. */
function repositoryArn({ partition }: Place, { reference }: BaseImage): string | undefined {
  const [, account, region, repository] = privateEcr.exec(reference) ?? [];
  if (account === undefined || region === undefined || repository === undefined) return undefined;
  return `arn:${partition}:ecr:${region}:${account}:repository/${repository}`;
}
