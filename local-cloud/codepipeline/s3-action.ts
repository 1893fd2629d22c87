import {
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  S3Client,
  type GetObjectTaggingCommandInput,
} from "@aws-sdk/client-s3";
import { ActionFailure } from "./action.ts";
import type { ActionContext, ActionHandler } from "./action.ts";

/**
 * The source action for an object in a versioned bucket: takes its newest version, or the one that the run was started
 * with.
 */
export const s3Action: ActionHandler = async (context) => {
  const { S3Bucket = "", S3ObjectKey = "" } = context.configuration;
  const { world, credentials, run, action } = context;
  await mayRead(context, S3Bucket, S3ObjectKey);
  const s3 = new S3Client({ endpoint: world.endpointUrl, region: world.region, credentials, forcePathStyle: true });
  try {
    // "Amazon S3 source action reference": "make sure you enable versioning on the bucket".
    const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: S3Bucket }));
    if (Status !== "Enabled")
      throw new ActionFailure("ConfigurationError", `The bucket ${S3Bucket} has no versioning; it must be enabled`);
    const chosen = run.sourceRevisions.find(({ actionName }) => actionName === action.name)?.revisionValue;
    const version = chosen === undefined ? {} : { VersionId: chosen };
    const {
      Body,
      VersionId,
      ETag,
      LastModified,
      TagCount = 0,
    } = await s3
      .send(new GetObjectCommand({ Bucket: S3Bucket, Key: S3ObjectKey, ...version }))
      .catch(noSuchVersion(S3Bucket, S3ObjectKey));
    const zip = (await Body?.transformToByteArray()) ?? new Uint8Array();
    const object = { Bucket: S3Bucket, Key: S3ObjectKey, VersionId };
    const upload = TagCount === 0 ? {} : { tags: await readTags(context, s3, object) };
    for (const output of context.outputs) await context.store.put(output, zip, upload);
    const id = VersionId ?? "";
    return {
      revision: { id, summary: `Amazon S3 version id: ${id}`, created: (LastModified ?? new Date()).getTime() / 1000 },
      // The same page, output variables.
      variables: { BucketName: S3Bucket, ETag: ETag ?? "", ObjectKey: S3ObjectKey, VersionId: id },
    };
  } finally {
    s3.destroy();
  }
};

async function mayRead({ world, caller }: ActionContext, bucket: string, key: string): Promise<void> {
  const arn = `arn:aws:s3:::${bucket}`;
  // "Manage the CodePipeline service role": what every bucket needs; then a version of the object is read.
  await world.identity.require(caller, [
    ...["GetBucketVersioning", "GetBucketAcl", "GetBucketLocation"].map((name) => ({
      action: `s3:${name}`,
      resource: arn,
    })),
    ...["GetObject", "GetObjectVersion"].map((name) => ({ action: `s3:${name}`, resource: `${arn}/${key}` })),
  ]);
}

/**
 * The tags of the object, which its artifact gets, too ("Manage the CodePipeline service role": what tagged objects
 * need).
 */
async function readTags(
  { world, caller }: ActionContext,
  s3: S3Client,
  object: GetObjectTaggingCommandInput,
): Promise<string> {
  const resource = `arn:aws:s3:::${object.Bucket ?? ""}/${object.Key ?? ""}`;
  const needed = ["GetObjectTagging", "GetObjectVersionTagging"];
  await world.identity.require(
    caller,
    needed.map((name) => ({ action: `s3:${name}`, resource })),
  );
  const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand(object));
  return new URLSearchParams(Object.fromEntries(TagSet.map(({ Key = "", Value = "" }) => [Key, Value]))).toString();
}

function noSuchVersion(bucket: string, key: string): (error: Error) => never {
  return (error) => {
    if (!["NoSuchKey", "NoSuchVersion"].includes(error.name)) throw error;
    throw new ActionFailure("RevisionUnavailable", `${error.name}: the object ${key} in the bucket ${bucket}`);
  };
}
