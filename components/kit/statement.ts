import type * as pulumi from "@pulumi/pulumi";
import type { ArtifactStore, Names, Place } from "./names.ts";

/** One statement of an IAM policy: what an actor may do, to what, and when. */
export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: pulumi.Input<string> | readonly string[];
  readonly Resource: pulumi.Input<string> | readonly pulumi.Input<string>[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** The policy of IAM that these statements make. */
export const policyDocument = (Statement: readonly Statement[]) => ({ Version: "2012-10-17", Statement });

/** Lets an actor write logs into a group that is there; the ARN of a group ends in `:*` in a policy. */
export function writeLogs(logGroupArn: string): Statement {
  return { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${logGroupArn}:*` };
}

/** Lets an actor read (Decrypt) or write (both) artifacts that a KMS key encrypts, through S3 alone; nothing without a key. */
export function useArtifactKey(
  { artifactBucket, place }: { readonly artifactBucket: ArtifactStore; readonly place: Place },
  ...Action: readonly ("kms:Decrypt" | "kms:GenerateDataKey")[]
): readonly Statement[] {
  if (artifactBucket.keyArn === undefined) return [];
  // KMS developer guide, "kms:ViaService": the key serves no other call of the role.
  const Condition = { StringEquals: { "kms:ViaService": `s3.${place.region}.amazonaws.com` } };
  return [{ Effect: "Allow", Action, Resource: artifactBucket.keyArn, Condition }];
}

/** Lets an actor publish to one topic of SNS. */
export function publish(topicArn: string): Statement {
  return { Effect: "Allow", Action: "sns:Publish", Resource: topicArn };
}

/** Lets an actor hand the two roles of the containers to ECS, and to nothing else. */
export function passToTasks(roleArns: readonly string[]): Statement {
  return {
    Effect: "Allow",
    Action: "iam:PassRole",
    Resource: roleArns,
    Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  };
}

/**
 * Lets an actor register revisions. `*` is AWS's own word for it (CodePipeline, "Amazon ECS deploy action reference"): a
 * revision has no ARN yet, and no page says which one is compared. What it may tag, run, deploy or pass roles to stays the
 * environment's, so a revision of another family serves no one.
 */
export const registerRevisions: Statement = { Effect: "Allow", Action: "ecs:RegisterTaskDefinition", Resource: "*" };

/** Condition of requests that name no resource of the environment but its cluster. */
export const inCluster = ({ cluster }: Pick<Names, "cluster">) => ({ ArnEquals: { "ecs:cluster": cluster.arn } });
