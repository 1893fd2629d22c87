import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { listFiles, unzipInto, zipFiles } from "./archive.ts";
import { selectArtifacts } from "./artifacts.ts";
import { say, sourceFolder, type Job, type Location } from "./job.ts";
import { PhaseFailure } from "./phases.ts";
import type { Artifacts } from "./buildspec-types.ts";

/** Downloads a source from S3 and unpacks it into a folder, with the role's credentials. */
export async function downloadSource(s3: S3Client, location: Location, folder: string): Promise<void> {
  const { bucket: Bucket, key: Key } = location;
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    await unzipInto(folder, (await Body?.transformToByteArray()) ?? new Uint8Array());
  } catch (error) {
    throw new PhaseFailure("CLIENT_ERROR", `${String(error)} for source s3://${Bucket}/${Key}`);
  }
}

/** Zips the files of the buildspec's artifacts and writes them to S3, with the role's credentials. */
export async function uploadArtifacts(job: Job, s3: S3Client, artifacts: Artifacts | undefined): Promise<void> {
  if (job.output === undefined) return;
  if (artifacts === undefined) {
    throw new PhaseFailure("CLIENT_ERROR", "the action has an output artifact but the buildspec has no artifacts");
  }
  const { files, skipped } = selectArtifacts(artifacts, await listFiles(sourceFolder(job)));
  skipped.forEach((pattern) => {
    say(job, `Skipping invalid file path ${pattern}`);
  });
  if (files.length === 0) throw new PhaseFailure("CLIENT_ERROR", "no matching artifact paths found");
  say(job, `Found ${files.length} file(s)`);
  const { bucket: Bucket, key: Key } = job.output;
  try {
    const Body = await zipFiles(sourceFolder(job), files);
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: "application/zip" }));
  } catch (error) {
    throw new PhaseFailure("CLIENT_ERROR", `Error in UPLOAD_ARTIFACTS phase: ${String(error)}`);
  }
}
