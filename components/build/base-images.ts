import type { Place } from "../kit/names.ts";
import { Refusal } from "../kit/refusal.ts";
import type { Statement } from "../kit/statement.ts";

/** The name of an image in Dockerfiles and Compose files, and where a build takes it from. */
export interface BaseImage {
  readonly image: string;
  readonly reference: string;
}

/**
 * What a build may do with the private repositories of its base images: pull, and let a pull-through cache fetch an
 * image that it does not have yet (ECR, "IAM permissions required to sync an upstream registry"). public.ecr.aws needs
 * no permission.
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

/** Refuses a base image in an ECR registry of another region: a build logs in only to registries of its own region. */
export function requireBaseImages({ region }: Place, baseImages: readonly BaseImage[]): void {
  for (const { image, reference } of baseImages) {
    const where = privateEcr.exec(reference)?.[2] ?? region;
    if (where === region) continue;
    throw new Refusal(`baseImages: ${image} is in ${where}; give a repository or a pull-through cache in ${region}`);
  }
}

/** Pattern of a reference to a private ECR registry; its groups are account, region and repository. */
const privateEcr = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/;

/** ARN of the repository of a reference to ECR; undefined for any other registry. */
function repositoryArn({ partition }: Place, { reference }: BaseImage): string | undefined {
  const [, account, region, repository] = privateEcr.exec(reference) ?? [];
  if (account === undefined || region === undefined || repository === undefined) return undefined;
  return `arn:${partition}:ecr:${region}:${account}:repository/${repository}`;
}
