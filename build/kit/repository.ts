import { DescribeImagesCommand, type ECRClient } from "@aws-sdk/client-ecr";
import { awsProblem, isAwsError } from "./aws-problem.ts";

/** What ECR says about a tag: the digest that it points to, what is missing, or only an error, as one line. */
export type Look =
  | { readonly digest: string }
  | { readonly missing: "image" | "repository"; readonly error: string }
  | { readonly error: string };

/** A repository of ECR by its name, from its URI; the URI's host is the registry. */
export const pathOf = (uri: string): string => uri.replace(/^[^/]+\//, "");

/** Asks ECR what a tag of the repository with this name points to. */
export async function lookAt(ecr: ECRClient, repositoryName: string, imageTag: string): Promise<Look> {
  const what = `${repositoryName}:${imageTag}`;
  try {
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] }));
    const digest = imageDetails?.[0]?.imageDigest;
    return digest === undefined ? { missing: "image", error: `${what}: ECR names no image` } : { digest };
  } catch (error) {
    const { message } = awsProblem(error, "ecr:DescribeImages", what);
    if (isAwsError(error, "ImageNotFoundException")) return { missing: "image", error: message };
    if (isAwsError(error, "RepositoryNotFoundException")) return { missing: "repository", error: message };
    return { error: message };
  }
}
