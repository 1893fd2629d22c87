import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { TaskTemplate } from "./task-template.ts";

/** A Fargate task definition of a template; its old revisions stay ACTIVE, because a rollback goes back to them. */
export function taskDefinition(
  name: string,
  template: TaskTemplate,
  definitions: pulumi.Input<Record<string, unknown>[]>,
  opts: pulumi.CustomResourceOptions,
): aws.ecs.TaskDefinition {
  return new aws.ecs.TaskDefinition(
    name,
    {
      family: template.family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(template.size.cpu),
      memory: String(template.size.memoryMiB),
      executionRoleArn: template.executionRoleArn,
      taskRoleArn: template.taskRoleArn,
      volumes: template.volumes.map((volume) => ({ name: volume })),
      ...(template.cpuArchitecture && {
        runtimePlatform: { cpuArchitecture: template.cpuArchitecture, operatingSystemFamily: "LINUX" },
      }),
      containerDefinitions: pulumi.jsonStringify(definitions),
      skipDestroy: true,
    },
    opts,
  );
}
