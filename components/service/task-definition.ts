import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SharedFolders } from "../data/file-system.ts";
import type { TaskTemplate } from "./task-template.ts";

/** Creates a Fargate task definition from a template; its old revisions stay ACTIVE, because a rollback needs them. */
export function taskDefinition(
  name: string,
  template: TaskTemplate,
  definitions: pulumi.Input<Record<string, unknown>[]>,
  folders: SharedFolders,
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
      ...(template.taskRoleArn !== undefined && { taskRoleArn: template.taskRoleArn }),
      volumes: template.volumes.map((volume) => ({ name: volume, ...onEfs(folders[volume]) })),
      ...(template.pidMode && { pidMode: template.pidMode }),
      ...(template.cpuArchitecture && {
        runtimePlatform: { cpuArchitecture: template.cpuArchitecture, operatingSystemFamily: "LINUX" },
      }),
      containerDefinitions: pulumi.jsonStringify(definitions),
      skipDestroy: true,
    },
    opts,
  );
}

/**
 * The volume configuration for EFS: over TLS, and only with the task role ("Specifying an Amazon EFS file system in a
 * task definition").
 */
function onEfs(
  folder: SharedFolders[string],
): Pick<aws.types.input.ecs.TaskDefinitionVolume, "efsVolumeConfiguration"> {
  if (folder === undefined) return {};
  return {
    efsVolumeConfiguration: {
      fileSystemId: folder.fileSystemId,
      transitEncryption: "ENABLED",
      authorizationConfig: { accessPointId: folder.accessPointId, iam: "ENABLED" },
    },
  };
}
