import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { FileSystem } from "../../../components/data/file-system.ts";
import { Network } from "../../../components/network/network.ts";
import { only, seen, settled, startCloud } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";

const parent = "FileSystem shop-staging";

function make(protect: boolean): FileSystem {
  const existing = { vpcId: "vpc-1", publicSubnetIds: ["subnet-a", "subnet-b"], privateSubnetIds: ["subnet-c"] };
  return new FileSystem("shop-staging", {
    names: staging,
    network: new Network("shop-staging", { vpcCidr: "10.0.0.0/16", natGateways: "none", existing }),
    tasksSecurityGroupId: pulumi.output("sg-tasks"),
    volumes: { uploads: { uid: 1000, gid: 1001, permissions: "0750" } },
    protect,
  });
}

describe("the file system", () => {
  beforeEach(() => startCloud());

  it("is encrypted and backed up, lets in only the tasks, only over TLS, and has a folder for each volume", async () => {
    make(false);
    await settled();
    const own = seen().filter(([, , , options]) => (options as { parent?: string }).parent === parent);
    expect(own).to.deep.equal([
      [
        "aws:ec2/securityGroup:SecurityGroup",
        "shop-staging-files",
        { description: "files: NFS from the tasks", vpcId: "vpc-1" },
        { parent },
      ],
      [
        "aws:efs/accessPoint:AccessPoint",
        "shop-staging-uploads",
        {
          fileSystemId: "fs-shop-staging",
          posixUser: { uid: 1000, gid: 1001 },
          rootDirectory: { path: "/uploads", creationInfo: { ownerUid: 1000, ownerGid: 1001, permissions: "0750" } },
          tags: { Name: "shop-staging-uploads" },
        },
        { parent },
      ],
      [
        "aws:efs/backupPolicy:BackupPolicy",
        "shop-staging",
        { fileSystemId: "fs-shop-staging", backupPolicy: { status: "ENABLED" } },
        { parent },
      ],
      [
        "aws:efs/fileSystem:FileSystem",
        "shop-staging",
        { creationToken: "shop-staging", encrypted: true, tags: { Name: "shop-staging" } },
        { parent },
      ],
      [
        "aws:efs/fileSystemPolicy:FileSystemPolicy",
        "shop-staging",
        {
          fileSystemId: "fs-shop-staging",
          policy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Deny",
                Principal: { AWS: "*" },
                Action: "*",
                Resource: "arn:aws:elasticfilesystem:us-east-1:000000000000:file-system/fs-shop-staging",
                Condition: { Bool: { "aws:SecureTransport": "false" } },
              },
            ],
          },
        },
        { parent },
      ],
      [
        "aws:efs/mountTarget:MountTarget",
        "shop-staging-0",
        { fileSystemId: "fs-shop-staging", subnetId: "subnet-c", securityGroups: ["shop-staging-files-id"] },
        { parent, ignoreChanges: ["subnetId"] },
      ],
      [
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "shop-staging-files-from-tasks",
        {
          securityGroupId: "shop-staging-files-id",
          referencedSecurityGroupId: "sg-tasks",
          ipProtocol: "tcp",
          fromPort: 2049,
          toPort: 2049,
        },
        { parent },
      ],
    ]);
  });

  it("is protected from deletion if the environment is", async () => {
    make(true);
    await settled();
    expect(only("aws:efs/fileSystem:FileSystem").options).to.deep.equal({ parent, protect: true });
  });
});
