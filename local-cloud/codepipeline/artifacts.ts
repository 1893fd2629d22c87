import { randomBytes } from "node:crypto";
import { GetObjectCommand, PutObjectCommand, S3Client, type ObjectCannedACL } from "@aws-sdk/client-s3";
import { unzipSync } from "fflate";
import type { Caller, Credentials, World } from "../kit/service.ts";
import type { Pipeline } from "./declaration.ts";
import type { StoredArtifact } from "./run.ts";

/** Options of an upload; S3 needs a permission for each. */
export interface Upload {
  /** A canned ACL (S3 API reference, PutObject, "Permissions": s3:PutObjectAcl). @default - none */
  readonly acl?: ObjectCannedACL;
  /** Tags as a query string (the same page: s3:PutObjectTagging). @default - none */
  readonly tags?: string;
}

/** The bucket for artifacts, as one role may use it. */
export interface ArtifactStore {
  readonly put: (artifact: StoredArtifact, zip: Uint8Array, upload?: Upload) => Promise<void>;
  /** One file of an artifact. @default - it has no such file */
  readonly file: (artifact: StoredArtifact, name: string) => Promise<Uint8Array | undefined>;
  readonly close: () => void;
}

/** A new place for an artifact: its key has 20 characters of the pipeline's name and 10 of the artifact's. */
export function artifactPlace(pipeline: Pipeline, name: string): StoredArtifact {
  const random = randomBytes(6).toString("base64url").replaceAll(/[-_]/gu, "x").slice(0, 7);
  return {
    name,
    bucket: pipeline.artifactStore.location,
    key: `${pipeline.name.slice(0, 20)}/${name.slice(0, 10)}/${random}`,
  };
}

/** The artifact store of a pipeline with the credentials of an action's role. */
export function artifactStore(
  world: World,
  pipeline: Pipeline,
  caller: Caller,
  credentials: Credentials,
): ArtifactStore {
  const s3 = new S3Client({ endpoint: world.endpointUrl, region: world.region, credentials, forcePathStyle: true });
  const bucket = `arn:aws:s3:::${pipeline.artifactStore.location}`;
  // Required of every service role: CodePipeline user guide, "Manage the CodePipeline service role", AllowS3BucketAccess.
  const usable = (): Promise<void> =>
    world.identity.require(
      caller,
      ["s3:GetBucketVersioning", "s3:GetBucketAcl", "s3:GetBucketLocation"].map((action) => ({
        action,
        resource: bucket,
      })),
    );
  return {
    async put({ bucket: Bucket, key: Key }, Body, { acl, tags } = {}) {
      await usable();
      const needed = [
        ...(acl === undefined ? [] : ["PutObjectAcl"]),
        ...(tags === undefined ? [] : ["PutObjectTagging"]),
      ];
      await world.identity.require(
        caller,
        needed.map((name) => ({ action: `s3:${name}`, resource: `arn:aws:s3:::${Bucket}/${Key}` })),
      );
      const more = { ...(acl !== undefined && { ACL: acl }), ...(tags !== undefined && { Tagging: tags }) };
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: "application/zip", ...more }));
    },
    async file({ bucket: Bucket, key: Key }, name) {
      await usable();
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      const zip = (await Body?.transformToByteArray()) ?? new Uint8Array();
      return unzipSync(zip, { filter: (entry) => entry.name === name })[name];
    },
    close: () => {
      s3.destroy();
    },
  };
}
