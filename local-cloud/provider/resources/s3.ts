import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { BucketArgs } from "@pulumi/aws/s3/bucket.js";
import type { BucketCorsConfigurationArgs } from "@pulumi/aws/s3/bucketCorsConfiguration.js";
import type { BucketLifecycleConfigurationArgs } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import type { BucketNotificationArgs } from "@pulumi/aws/s3/bucketNotification.js";
import type { BucketObjectv2Args } from "@pulumi/aws/s3/bucketObjectv2.js";
import type { BucketOwnershipControlsArgs } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import type { BucketPolicyArgs } from "@pulumi/aws/s3/bucketPolicy.js";
import type { BucketPublicAccessBlockArgs } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import type { BucketServerSideEncryptionConfigurationArgs } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import type { BucketVersioningArgs } from "@pulumi/aws/s3/bucketVersioning.js";

import { region, s3 } from "../kit/clients.ts";
import { handler, type Handlers, isCode, type Plain, required, unless } from "../kit/handler.ts";
import { recorded } from "../kit/recorded.ts";

const bucket = handler<BucketArgs>({
  autoname: "bucket",
  replaceOn: ["bucket"],
  create: async ({ bucket: given }) => {
    const name = required(given, "bucket");
    await s3.send(new CreateBucketCommand({ Bucket: name }));
    const bucketDomainName = `${name}.s3.amazonaws.com`;
    const bucketRegionalDomainName = `${name}.s3.${region}.amazonaws.com`;
    return { id: name, outputs: { arn: `arn:aws:s3:::${name}`, bucketDomainName, bucketRegionalDomainName } };
  },
  update: () => Promise.resolve({}),
  delete: async (id, { forceDestroy }) => {
    if (forceDestroy === true) await empty(id);
    await unless(["NoSuchBucket"], s3.send(new DeleteBucketCommand({ Bucket: id })));
  },
});

const bucketPolicy = handler<BucketPolicyArgs>({
  replaceOn: ["bucket"],
  json: ["policy"],
  create: async ({ bucket: Bucket, policy }) => {
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policyText(policy) }));
    return { id: Bucket, outputs: {} };
  },
  update: async (id, { policy }) => {
    await s3.send(new PutBucketPolicyCommand({ Bucket: id, Policy: policyText(policy) }));
    return {};
  },
  delete: (id) => unless(["NoSuchBucket"], s3.send(new DeleteBucketPolicyCommand({ Bucket: id }))),
});

const bucketVersioning = handler<BucketVersioningArgs>({
  replaceOn: ["bucket"],
  create: async ({ bucket: Bucket, versioningConfiguration: { status } }) => {
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: status as never } }));
    return { id: Bucket, outputs: {} };
  },
  update: async (id, { versioningConfiguration: { status } }) => {
    await s3.send(new PutBucketVersioningCommand({ Bucket: id, VersioningConfiguration: { Status: status as never } }));
    return {};
  },
});

const bucketObject = handler<BucketObjectv2Args>({
  replaceOn: ["bucket", "key"],
  create: async (inputs) => {
    const { Bucket, Key } = await putObject(inputs);
    return { id: Key, outputs: { arn: `arn:aws:s3:::${Bucket}/${Key}` } };
  },
  update: async (_id, inputs) => {
    await putObject(inputs);
    return {};
  },
  delete: async (_id, inputs) => {
    const { bucket: Bucket, key: Key } = placeOf(inputs);
    await unless(["NoSuchBucket"], s3.send(new DeleteObjectCommand({ Bucket, Key })));
  },
  read: async (_id, inputs) => {
    const { bucket: Bucket, key: Key } = placeOf(inputs);
    try {
      const { ETag = "" } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
      return { etag: ETag.replaceAll('"', "") };
    } catch (error) {
      if (isCode(error, "NotFound", "NoSuchKey", "NoSuchBucket")) return undefined;
      throw error;
    }
  },
});

async function putObject(inputs: Plain<BucketObjectv2Args>) {
  const { bucket: Bucket, key: Key } = placeOf(inputs);
  const { content: Body, contentType: ContentType } = inputs;
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: required(Body, "content"), ContentType }));
  return { Bucket, Key };
}

/** Where an object is; a resource's inputs have the bucket's name. */
const placeOf = ({ bucket, key }: Plain<BucketObjectv2Args>) => ({
  bucket: required(typeof bucket === "string" ? bucket : undefined, "bucket"),
  key: required(key, "key"),
});

/** S3 resource types, served by real calls, except for settings that change nothing here. */
export const s3Handlers: Handlers = {
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": recorded<BucketCorsConfigurationArgs>(["bucket"]),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": recorded<BucketLifecycleConfigurationArgs>([
    "bucket",
  ]),
  "aws:s3/bucketNotification:BucketNotification": recorded<BucketNotificationArgs>(["bucket"]),
  "aws:s3/bucketObjectv2:BucketObjectv2": bucketObject,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": recorded<BucketOwnershipControlsArgs>(["bucket"]),
  "aws:s3/bucketPolicy:BucketPolicy": bucketPolicy,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": recorded<BucketPublicAccessBlockArgs>(["bucket"]),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    recorded<BucketServerSideEncryptionConfigurationArgs>(["bucket"]),
  "aws:s3/bucketVersioning:BucketVersioning": bucketVersioning,
};

async function empty(Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await s3.send(
      new ListObjectVersionsCommand({ Bucket, MaxKeys: 1000 }),
    );
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
    if (Objects.length === 0) return;
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  }
}

function policyText(policy: unknown): string {
  return typeof policy === "string" ? policy : JSON.stringify(policy);
}
