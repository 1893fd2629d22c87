import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ListPipelineExecutionsCommand, type CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { git } from "../kit/commits.ts";

/** A place in S3. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** Uploads the commit that is checked out as a zip; returns the id of the object's version. */
export async function uploadHead(s3: S3Client, checkout: string, { bucket, key }: ObjectPlace): Promise<string> {
  const file = join(checkout, ".git", "source.zip");
  await git(checkout, ["archive", "--format=zip", "--output", file, "HEAD"]);
  const { VersionId = "" } = await s3.send(
    new PutObjectCommand({ Bucket: bucket, Key: key, Body: readFileSync(file) }),
  );
  rmSync(file);
  if (VersionId === "" || VersionId === "null")
    throw new Error(`${bucket}: it keeps no versions, so a pipeline cannot read it`);
  return VersionId;
}

/** A version of an object is not a commit; the first 7 digits of this are the tag of its images (docs/sources.md). */
export const commitOfVersion = (version: string): string => createHash("sha256").update(version).digest("hex");

/** The run that an object's version has started, which an event of S3 does; waits for it. Empty if none starts. */
export async function runOfVersion(
  pipelines: CodePipelineClient,
  pipelineName: string,
  version: string,
  { seconds = 180, everyMs = 3000 }: { readonly seconds?: number; readonly everyMs?: number } = {},
): Promise<string> {
  const deadline = Date.now() + seconds * 1000;
  while (Date.now() < deadline) {
    const found = await pipelines.send(new ListPipelineExecutionsCommand({ pipelineName }));
    const run = found.pipelineExecutionSummaries?.find(({ sourceRevisions = [] }) =>
      sourceRevisions.some(({ revisionId }) => revisionId === version),
    );
    if (run?.pipelineExecutionId !== undefined) return run.pipelineExecutionId;
    await sleep(everyMs);
  }
  return "";
}
