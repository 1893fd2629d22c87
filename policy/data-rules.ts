import type { Rule } from "./rule.ts";

/** Stored data: it is encrypted, private, and not deleted by accident. */
export const dataRules: readonly Rule[] = [
  {
    name: "encrypted-database",
    description: "Databases are encrypted at rest",
    types: ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"],
    check: ({ storageEncrypted }) => (storageEncrypted === true ? undefined : "set storageEncrypted: true"),
  },
  {
    name: "encrypted-files",
    description: "File systems are encrypted at rest",
    types: ["aws:efs/fileSystem:FileSystem"],
    check: ({ encrypted }) => (encrypted === true ? undefined : "set encrypted: true"),
  },
  {
    name: "encrypted-cache",
    description: "Caches are encrypted at rest and in transit",
    types: ["aws:elasticache/replicationGroup:ReplicationGroup"],
    check: ({ atRestEncryptionEnabled, transitEncryptionEnabled }) =>
      String(atRestEncryptionEnabled) === "true" && transitEncryptionEnabled === true
        ? undefined
        : "set atRestEncryptionEnabled and transitEncryptionEnabled: true",
  },
  {
    name: "encrypted-topic",
    description: "Topics are encrypted",
    types: ["aws:sns/topic:Topic"],
    check: ({ kmsMasterKeyId }) =>
      kmsMasterKeyId === undefined ? 'set kmsMasterKeyId; "alias/aws/sns" is enough' : undefined,
  },
  {
    name: "private-bucket",
    description: "No bucket is public",
    types: ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"],
    check: (inputs) => {
      const open = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"].filter(
        (key) => inputs[key] !== true,
      );
      return open.length === 0 ? undefined : `set ${open.join(", ")}: true`;
    },
  },
  {
    name: "logs-expire",
    description: "Logs have a retention time",
    types: ["aws:cloudwatch/logGroup:LogGroup"],
    check: ({ retentionInDays }) =>
      retentionInDays === undefined || retentionInDays === 0 ? "set retentionInDays" : undefined,
  },
  {
    name: "fixed-tags",
    description: "The tag of a commit always names the same image, and images are scanned",
    types: ["aws:ecr/repository:Repository"],
    check: ({ imageTagMutability, imageScanningConfiguration }) => {
      if (!/^IMMUTABLE/.test(String(imageTagMutability)))
        return "set imageTagMutability to IMMUTABLE or IMMUTABLE_WITH_EXCLUSION";
      const scanned = (imageScanningConfiguration as { scanOnPush?: boolean } | undefined)?.scanOnPush === true;
      return scanned ? undefined : "set imageScanningConfiguration.scanOnPush: true";
    },
  },
  {
    name: "protected",
    description: "What holds production's data is protected against deletion",
    types: [
      "aws:ecr/repository:Repository",
      "aws:efs/fileSystem:FileSystem",
      "aws:rds/cluster:Cluster",
      "aws:rds/instance:Instance",
      "aws:s3/bucket:Bucket",
    ],
    check: ({ bucket }, { protect, stack }) =>
      // The bucket of the builds' program holds nothing that an `up` does not write again.
      stack === "production" && !protect && !/-program-\d{12}-[a-z0-9-]+$/.test(String(bucket))
        ? 'give it { protect: true }, as the setting "protect" of the stack does'
        : undefined,
  },
];
