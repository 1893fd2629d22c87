import type { Names } from "../../components/names.ts";
import { life, named, type Grant } from "./grant.ts";
import { placesOf } from "./places.ts";

/** What `up` and `destroy` ask AWS about buckets, databases, caches and file systems, by type of resource. */
export function storeGrants(names: Names): Readonly<Record<string, readonly Grant[]>> {
  const { global } = placesOf(names);
  const { prefix } = names;
  const buckets = global("s3", `${prefix}-*`);
  const s3 = (read: string, change: string): readonly Grant[] => [
    life("s3", buckets, { create: change, read, delete: change }),
  ];
  return {
    "aws:s3/bucket:Bucket": [
      life("s3", buckets, {
        create: "CreateBucket PutBucketTagging",
        // The provider looks at all that a bucket may have, whether it is set or not.
        read: `GetAccelerateConfiguration GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging
          GetBucketObjectLockConfiguration GetBucketPolicy GetBucketRequestPayment GetBucketTagging GetBucketVersioning
          GetBucketWebsite GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration
          ListBucket`.replaceAll(/\s+/g, " "),
        delete: "DeleteBucket ListBucketVersions",
      }),
      // Of a bucket that is not protected, what is in it goes too.
      { actions: named("s3", "DeleteObject DeleteObjectVersion"), on: buckets.map((bucket) => `${bucket}/*`) },
    ],
    "aws:s3/bucketPolicy:BucketPolicy": s3("GetBucketPolicy", "DeleteBucketPolicy PutBucketPolicy"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": s3(
      "GetBucketPublicAccessBlock",
      "PutBucketPublicAccessBlock",
    ),
    "aws:s3/bucketVersioning:BucketVersioning": s3("GetBucketVersioning", "PutBucketVersioning"),
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": s3("GetBucketCORS", "PutBucketCORS"),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": s3(
      "GetLifecycleConfiguration",
      "PutLifecycleConfiguration",
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": s3(
      "GetEncryptionConfiguration",
      "PutEncryptionConfiguration",
    ),
    ...databaseGrants(names),
    ...cacheGrants(names),
    ...fileGrants(names),
  };
}

/** What RDS and ElastiCache look up in the caller's name where a server is put into a VPC. */
const lookAround: Grant = {
  actions: named(
    "ec2",
    "DescribeAccountAttributes DescribeAvailabilityZones DescribeSecurityGroups DescribeSubnets DescribeVpcs",
  ),
  on: ["*"],
};

function databaseGrants(names: Names): Readonly<Record<string, readonly Grant[]>> {
  const { arn } = placesOf(names);
  const { prefix } = names;
  const { partition, accountId } = names.place;
  const own = arn("rds", `*:${prefix}`, `*:${prefix}-*`);
  const rds = (create: string, read: string, update: string, remove: string): readonly Grant[] => [
    life("rds", own, {
      create: `AddTagsToResource ${create}`,
      read: `ListTagsForResource ${read}`,
      update: `RemoveTagsFromResource ${update}`,
      delete: remove,
    }),
  ];
  return {
    "aws:rds/instance:Instance": [
      ...rds(
        "CreateDBInstance",
        "DescribeDBInstances",
        "ModifyDBInstance RebootDBInstance",
        "CreateDBSnapshot DeleteDBInstance",
      ),
      lookAround,
      // The option group that RDS takes where none is named, and a snapshot of any name to begin with.
      { actions: ["rds:CreateDBInstance"], on: arn("rds", "og:default:*") },
      {
        actions: ["rds:RestoreDBInstanceFromDBSnapshot"],
        on: [...own, ...arn("rds", "og:default:*", "snapshot:*")],
      },
    ],
    "aws:rds/cluster:Cluster": [
      ...rds("CreateDBCluster", "DescribeDBClusters", "ModifyDBCluster", "CreateDBClusterSnapshot DeleteDBCluster"),
      { actions: ["rds:DescribeGlobalClusters"], on: [`arn:${partition}:rds::${accountId}:global-cluster:*`] },
      { actions: ["rds:RestoreDBClusterFromSnapshot"], on: [...own, ...arn("rds", "cluster-snapshot:*")] },
    ],
    "aws:rds/clusterInstance:ClusterInstance": rds(
      "CreateDBInstance",
      "DescribeDBInstances",
      "ModifyDBInstance RebootDBInstance",
      "DeleteDBInstance",
    ),
    "aws:rds/parameterGroup:ParameterGroup": rds(
      "CreateDBParameterGroup",
      "DescribeDBParameterGroups DescribeDBParameters",
      "ModifyDBParameterGroup ResetDBParameterGroup",
      "DeleteDBParameterGroup",
    ),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": rds(
      "CreateDBClusterParameterGroup",
      "DescribeDBClusterParameterGroups DescribeDBClusterParameters",
      "ModifyDBClusterParameterGroup ResetDBClusterParameterGroup",
      "DeleteDBClusterParameterGroup",
    ),
    "aws:rds/subnetGroup:SubnetGroup": rds(
      "CreateDBSubnetGroup",
      "DescribeDBSubnetGroups",
      "ModifyDBSubnetGroup",
      "DeleteDBSubnetGroup",
    ),
  };
}

function cacheGrants(names: Names): Readonly<Record<string, readonly Grant[]>> {
  const { arn } = placesOf(names);
  const { prefix } = names;
  const own = arn("elasticache", `*:${prefix}`, `*:${prefix}-*`);
  const tags = { add: "AddTagsToResource", read: "ListTagsForResource", remove: "RemoveTagsFromResource" };
  return {
    "aws:elasticache/replicationGroup:ReplicationGroup": [
      life("elasticache", own, {
        create: `${tags.add} CreateReplicationGroup`,
        read: `${tags.read} DescribeCacheClusters DescribeReplicationGroups`,
        update: `${tags.remove} DecreaseReplicaCount IncreaseReplicaCount ModifyReplicationGroup`,
        delete: "DeleteReplicationGroup",
      }),
      lookAround,
      {
        actions: named("elasticache", "CreateReplicationGroup ModifyReplicationGroup"),
        on: arn("elasticache", "parametergroup:default.*"),
      },
    ],
    "aws:elasticache/subnetGroup:SubnetGroup": [
      life("elasticache", own, {
        create: `${tags.add} CreateCacheSubnetGroup`,
        read: `${tags.read} DescribeCacheSubnetGroups`,
        update: `${tags.remove} ModifyCacheSubnetGroup`,
        delete: "DeleteCacheSubnetGroup",
      }),
    ],
  };
}

function fileGrants(names: Names): Readonly<Record<string, readonly Grant[]>> {
  const { arn } = placesOf(names);
  const on = arn("elasticfilesystem", "file-system/*", "access-point/*");
  const efs = (create: string, read: string, remove: string, update = ""): readonly Grant[] => [
    life("elasticfilesystem", on, {
      create: `${create} TagResource`,
      read: `${read} ListTagsForResource`,
      update: `UntagResource ${update}`.trim(),
      delete: remove,
    }),
  ];
  return {
    "aws:efs/fileSystem:FileSystem": efs(
      "CreateFileSystem PutLifecycleConfiguration",
      "DescribeFileSystems DescribeLifecycleConfiguration",
      "DeleteFileSystem",
      "UpdateFileSystem UpdateFileSystemProtection",
    ),
    "aws:efs/accessPoint:AccessPoint": efs("CreateAccessPoint", "DescribeAccessPoints", "DeleteAccessPoint"),
    "aws:efs/backupPolicy:BackupPolicy": efs("PutBackupPolicy", "DescribeBackupPolicy", "PutBackupPolicy"),
    "aws:efs/fileSystemPolicy:FileSystemPolicy": efs(
      "PutFileSystemPolicy",
      "DescribeFileSystemPolicy",
      "DeleteFileSystemPolicy",
    ),
    "aws:efs/mountTarget:MountTarget": [
      ...efs(
        "CreateMountTarget",
        "DescribeMountTargetSecurityGroups DescribeMountTargets",
        "DeleteMountTarget",
        "ModifyMountTargetSecurityGroups",
      ),
      // EFS user guide, "Amazon EFS API permissions": what making a mount target asks of EC2 in the caller's name.
      { actions: named("ec2", "CreateNetworkInterface DeleteNetworkInterface"), on: arn("ec2", "*/*") },
      { actions: named("ec2", "DescribeNetworkInterfaces DescribeSubnets"), on: ["*"] },
    ],
  };
}
