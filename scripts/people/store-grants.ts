import type { Names } from "../../components/kit/names.ts";
import { life, named, type Grant } from "./grant.ts";
import { placesOf } from "./places.ts";
import { serverGrants } from "./server-grants.ts";

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
    ...serverGrants(names),
    ...fileGrants(names),
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
