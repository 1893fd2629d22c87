import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { EfsVolume } from "../../compose/index.ts";
import type { Names } from "../kit/names.ts";
import type { Network } from "../network/network.ts";
import { securityGroup } from "../kit/security-group.ts";

/** The file system and the access point of each volume on EFS, by the volume's name. */
export type SharedFolders = Readonly<
  Record<
    string,
    { readonly fileSystemId: pulumi.Output<string>; readonly accessPointId: pulumi.Output<string> } | undefined
  >
>;

export interface FileSystemArgs {
  readonly names: Names;
  readonly network: Pick<Network, "vpcId" | "zonedSubnetIds">;
  /** The security group of every task: the only one that is let in. */
  readonly tasksSecurityGroupId: pulumi.Output<string>;
  /** Owner and permissions of each folder, by the volume's name. */
  readonly volumes: Readonly<Record<string, EfsVolume>>;
  /** Whether the file system is protected from deletion. @default - false */
  readonly protect?: boolean | undefined;
}

/**
 * The files of an environment that outlive its tasks: on EFS, encrypted, backed up, over TLS only, with a folder for
 * each volume.
 */
export class FileSystem extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly folders: SharedFolders;
  /** What must exist before a task mounts a folder. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: FileSystemArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:FileSystem", name, {}, opts);
    const own = { parent: this };
    const files = new aws.efs.FileSystem(
      name,
      { creationToken: args.names.prefix, encrypted: true, tags: { Name: args.names.prefix } },
      { parent: this, protect: args.protect ?? false },
    );
    new aws.efs.BackupPolicy(name, { fileSystemId: files.id, backupPolicy: { status: "ENABLED" } }, own);
    const policy = new aws.efs.FileSystemPolicy(name, { fileSystemId: files.id, policy: tlsOnly(files.arn) }, own);
    const targets = this.mountTargets(name, args, files.id);
    const points = Object.entries(args.volumes).map(
      ([volume, folder]) => [volume, accessPoint(`${name}-${volume}`, volume, folder, files.id, own)] as const,
    );
    this.arn = files.arn;
    this.folders = Object.fromEntries(
      points.map(([volume, point]) => [volume, { fileSystemId: files.id, accessPointId: point.id }]),
    );
    this.ready = [policy, ...targets, ...points.map(([, point]) => point)];
    this.registerOutputs({ arn: this.arn });
  }

  /**
   * Creates a mount target in each zone that tasks run in; EFS allows only one in each zone ("Managing mount targets").
   */
  private mountTargets(name: string, args: FileSystemArgs, fileSystemId: pulumi.Output<string>): pulumi.Resource[] {
    const own = { parent: this };
    const { network } = args;
    const group = securityGroup(
      `${name}-files`,
      { vpcId: network.vpcId, description: "files: NFS from the tasks" },
      own,
    );
    const rule = new aws.vpc.SecurityGroupIngressRule(
      `${name}-files-from-tasks`,
      {
        securityGroupId: group.id,
        referencedSecurityGroupId: args.tasksSecurityGroupId,
        ipProtocol: "tcp",
        fromPort: 2049,
        toPort: 2049,
      },
      own,
    );
    const targets = network.zonedSubnetIds.map(
      (subnetId, at) =>
        new aws.efs.MountTarget(
          `${name}-${at}`,
          { fileSystemId, subnetId, securityGroups: [group.id] },
          // It serves its whole zone, so it stays where it was created, even if the tasks move to other subnets.
          { parent: this, ignoreChanges: ["subnetId"] },
        ),
    );
    return [rule, ...targets];
  }
}

/**
 * Creates the access point of a volume's folder; EFS creates the folder, with its owner, at the first mount ("Working
 * with Amazon EFS access points").
 */
function accessPoint(
  name: string,
  volume: string,
  { uid, gid, permissions }: EfsVolume,
  fileSystemId: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): aws.efs.AccessPoint {
  return new aws.efs.AccessPoint(
    name,
    {
      fileSystemId,
      posixUser: { uid, gid },
      rootDirectory: { path: `/${volume}`, creationInfo: { ownerUid: uid, ownerGid: gid, permissions } },
      tags: { Name: name },
    },
    opts,
  );
}

/**
 * The policy of the file system. With any policy, a file system lets in only clients that IAM allows ("Default EFS file
 * system policy").
 */
function tlsOnly(arn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action: "*",
        Resource: arn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
