import type { AccessPointArgs } from "@pulumi/aws/efs/accessPoint.js";
import type { BackupPolicyArgs } from "@pulumi/aws/efs/backupPolicy.js";
import type { FileSystemArgs } from "@pulumi/aws/efs/fileSystem.js";
import type { FileSystemPolicyArgs } from "@pulumi/aws/efs/fileSystemPolicy.js";
import type { MountTargetArgs } from "@pulumi/aws/efs/mountTarget.js";
import { region } from "../kit/clients.ts";
import type { Handlers } from "../kit/handler.ts";
import { recorded } from "../kit/recorded.ts";

const arn = (resource: string): string => `arn:aws:elasticfilesystem:${region}:000000000000:${resource}`;

/** EFS resource types: recorded only, because the local ECS keeps the folders of file systems itself. */
export const fileHandlers: Handlers = {
  "aws:efs/accessPoint:AccessPoint": recorded<AccessPointArgs>(
    ["fileSystemId", "posixUser", "rootDirectory"],
    (id) => ({ arn: arn(`access-point/${id}`) }),
  ),
  "aws:efs/backupPolicy:BackupPolicy": recorded<BackupPolicyArgs>(["fileSystemId"]),
  "aws:efs/fileSystem:FileSystem": recorded<FileSystemArgs>(["creationToken", "encrypted"], (id) => ({
    arn: arn(`file-system/${id}`),
  })),
  "aws:efs/fileSystemPolicy:FileSystemPolicy": recorded<FileSystemPolicyArgs>(["fileSystemId"]),
  "aws:efs/mountTarget:MountTarget": recorded<MountTargetArgs>(["fileSystemId", "subnetId"]),
};
