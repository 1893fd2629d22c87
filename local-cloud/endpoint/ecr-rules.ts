import { AwsError } from "../kit/service.ts";
import { matchesWildcards } from "../kit/wildcards.ts";

/** Which tags of a repository may move, in ECR's terms. */
export interface TagRule {
  readonly imageTagMutability: string;
  readonly imageTagMutabilityExclusionFilters?: readonly { readonly filterType: string; readonly filter: string }[];
}

/** A request of the registry's protocol: the ECR actions that it needs, its repository, and the tag that it sets. */
export interface RegistryCall {
  readonly repository: string;
  readonly actions: readonly string[];
  readonly pushesTag?: string;
}

/** Whether a tag can never be moved to another image. */
export function isFixedTag(rule: TagRule | undefined, tag: string): boolean {
  const excluded = (rule?.imageTagMutabilityExclusionFilters ?? []).some(({ filter }) => matchesWildcards(filter, tag));
  if (rule?.imageTagMutability === "IMMUTABLE") return true;
  if (rule?.imageTagMutability === "IMMUTABLE_WITH_EXCLUSION") return !excluded;
  return rule?.imageTagMutability === "MUTABLE_WITH_EXCLUSION" && excluded;
}

/** ECR's refusal of a push that would move a fixed tag. */
export function tagIsFixed(repository: string, tag: string): AwsError {
  return new AwsError(
    "ImageTagAlreadyExistsException",
    `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`,
  );
}

/** ECR's refusal of an image that already has the same tag (PutImage, "Errors"). */
export function isThere(repository: string, tag: string): AwsError {
  return new AwsError(
    "ImageAlreadyExistsException",
    `Image with tag '${tag}' already exists in the repository with name '${repository}'`,
  );
}

/** ECR's refusal of a manifest whose digest is not the given one (PutImage, "Errors"). */
export function digestDiffers(said: string, found: string): AwsError {
  return new AwsError(
    "ImageDigestDoesNotMatchException",
    `The provided image digest '${said}' does not match the calculated one, '${found}'`,
  );
}

// Actions: docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html, and the API reference of each.
const actionsOf: Readonly<Record<string, readonly string[]>> = {
  "GET manifests": ["ecr:BatchGetImage"],
  "HEAD manifests": ["ecr:BatchGetImage"],
  "PUT manifests": ["ecr:PutImage"],
  "DELETE manifests": ["ecr:BatchDeleteImage"],
  "GET tags": ["ecr:ListImages"],
  "GET referrers": ["ecr:BatchGetImage"],
  "GET blobs": ["ecr:GetDownloadUrlForLayer"],
  "HEAD blobs": ["ecr:BatchCheckLayerAvailability"],
  "POST uploads": ["ecr:InitiateLayerUpload"],
  "GET uploads": ["ecr:InitiateLayerUpload"],
  "PATCH uploads": ["ecr:UploadLayerPart"],
  "PUT uploads": ["ecr:CompleteLayerUpload"],
  "DELETE uploads": ["ecr:InitiateLayerUpload"],
};

/** The ECR call behind a request under `/v2/`; undefined when ECR has none. */
export function registryCall(method: string, path: string): RegistryCall | undefined {
  const found = /^\/v2\/(.+?)\/(manifests|tags|blobs|referrers)\/(uploads)?(.*)$/u.exec(path);
  if (found === null) return undefined;
  const [, repository = "", kind = "", uploads, rest = ""] = found;
  const actions = actionsOf[`${method} ${uploads ?? kind}`];
  if (actions === undefined) return undefined;
  const tag = method === "PUT" && kind === "manifests" && !rest.startsWith("sha256:") ? rest : undefined;
  return { repository, actions, ...(tag === undefined ? {} : { pushesTag: tag }) };
}
