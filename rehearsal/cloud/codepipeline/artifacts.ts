import { randomBytes } from "node:crypto";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { unzipSync } from "fflate";
import type { Caller, Credentials, World } from "../service.ts";
import type { Pipeline } from "./declaration.ts";
import type { StoredArtifact } from "./run.ts";

/** The bucket that actions hand artifacts over in, as one role may use it. */
export interface ArtifactStore {
  readonly put: (artifact: StoredArtifact, zip: Uint8Array) => Promise<void>;
  /** One file of an artifact. @default - it has no such file */
  readonly file: (artifact: StoredArtifact, name: string) => Promise<Uint8Array | undefined>;
  readonly close: () => void;
}

/** A new place for an artifact; CodePipeline keeps 20 characters of a pipeline's name and 10 of an artifact's. */
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
    async put({ bucket: Bucket, key: Key }, Body) {
      await usable();
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: "application/zip" }));
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
