import { DescribeTaskDefinitionCommand, type TaskDefinition } from "@aws-sdk/client-ecs";
import { answerOf } from "../kit/aws-problem.ts";
import { lastPart } from "../verdict/arn.ts";
import type { Release } from "./verify-settings.ts";

/** Reads a revision of a task definition, by its ARN or as `family:revision`. */
export async function readDefinition({ around }: Release, taskDefinition: string): Promise<TaskDefinition> {
  const asked = around.clients.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return (await answerOf("ecs:DescribeTaskDefinition", lastPart(taskDefinition), asked)).taskDefinition ?? {};
}
