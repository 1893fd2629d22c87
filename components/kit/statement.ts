import type * as pulumi from "@pulumi/pulumi";
import type { ArtifactStore, Names, Place } from "./names.ts";

/** One statement of an IAM policy: what an actor may do, to what, and when. */
export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: pulumi.Input<string> | readonly string[];
  readonly Resource: pulumi.Input<string> | readonly pulumi.Input<string>[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** The IAM policy that consists of these statements. */
export const policyDocument = (Statement: readonly Statement[]) => ({ Version: "2012-10-17", Statement });

/** Lets an actor write logs to an existing group; in a policy, the ARN of a group ends in `:*`. */
export function writeLogs(logGroupArn: string): Statement {
  return { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${logGroupArn}:*` };
}

/** Lets an actor read (Decrypt) or write (both) artifacts that a KMS key encrypts, and only through S3; empty without a key. */
export function useArtifactKey(
  { artifactBucket, place }: { readonly artifactBucket: ArtifactStore; readonly place: Place },
  ...Action: readonly ("kms:Decrypt" | "kms:GenerateDataKey")[]
): readonly Statement[] {
  if (artifactBucket.keyArn === undefined) return [];
  // KMS developer guide, "kms:ViaService": the role can use the key for no other call.
  const Condition = { StringEquals: { "kms:ViaService": `s3.${place.region}.amazonaws.com` } };
  return [{ Effect: "Allow", Action, Resource: artifactBucket.keyArn, Condition }];
}

/** Lets an actor publish to one SNS topic. */
export function publish(topicArn: string): Statement {
  return { Effect: "Allow", Action: "sns:Publish", Resource: topicArn };
}

/** Lets an actor pass the two roles of the containers to ECS, and to no other service. */
export function passToTasks(roleArns: readonly string[]): Statement {
  return {
    Effect: "Allow",
    Action: "iam:PassRole",
    Resource: roleArns,
    Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  };
}

/**
 * Lets an actor register revisions. AWS's own page has `*` here (CodePipeline, "Amazon ECS deploy action reference"): a
 * revision has no ARN yet, and no page says which ARN is compared. Tagging, running, deploying and passing roles stay
 * limited to the environment, so a revision of another family is of no use to the actor.
 */
export const registerRevisions: Statement = { Effect: "Allow", Action: "ecs:RegisterTaskDefinition", Resource: "*" };

/** Lets an actor read any revision. It takes no narrower resource. */
export const describeTaskDefinition: Statement = {
  Effect: "Allow",
  Action: "ecs:DescribeTaskDefinition",
  Resource: "*",
};

/**
 * Lets an actor list and read the tasks of the environment. The resource of ListTasks is a container instance; Fargate
 * has none, so the cluster limits the permission.
 */
export const readTasks = (names: Pick<Names, "cluster" | "tasks">): readonly Statement[] => [
  { Effect: "Allow", Action: "ecs:ListTasks", Resource: "*", Condition: inCluster(names) },
  { Effect: "Allow", Action: "ecs:DescribeTasks", Resource: names.tasks, Condition: inCluster(names) },
];

/** Condition for requests that name only the cluster as a resource of the environment. */
export const inCluster = ({ cluster }: Pick<Names, "cluster">) => ({ ArnEquals: { "ecs:cluster": cluster.arn } });
