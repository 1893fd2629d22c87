import type { AwsEvent } from "./events.ts";
import type { World } from "../kit/service.ts";

type Place = Pick<World, "region" | "accountId">;

/** A branch of a repository in CodeCommit has a new commit (CodeCommit, "referenceUpdated event"). */
export function branchUpdated({ region, accountId }: Place, repositoryName: string, branch: string): AwsEvent {
  return {
    source: "aws.codecommit",
    "detail-type": "CodeCommit Repository State Change",
    resources: [`arn:aws:codecommit:${region}:${accountId}:${repositoryName}`],
    detail: { event: "referenceUpdated", repositoryName, referenceType: "branch", referenceName: branch },
  };
}

/** An object has a new version (S3, "EventBridge event message structure"). */
export function objectCreated(bucket: string, key: string): AwsEvent {
  return {
    source: "aws.s3",
    "detail-type": "Object Created",
    resources: [`arn:aws:s3:::${bucket}`],
    detail: { version: "0", bucket: { name: bucket }, object: { key }, reason: "PutObject" },
  };
}

/** A tag was pushed to a repository in ECR (ECR, "Sample events": a completed image push). */
export function imagePushed({ region, accountId }: Place, repository: string, tag: string): AwsEvent {
  return {
    source: "aws.ecr",
    "detail-type": "ECR Image Action",
    resources: [`arn:aws:ecr:${region}:${accountId}:repository/${repository}`],
    detail: { result: "SUCCESS", "repository-name": repository, "action-type": "PUSH", "image-tag": tag },
  };
}
