import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { buildFormat } from "../../build/kit/format.ts";
import { closedBucket } from "../kit/closed-bucket.ts";
import type { Names } from "../kit/names.ts";
import type { Statement } from "../kit/statement.ts";
import type { Program } from "./bundle-program.ts";

export interface BuildProgramArgs {
  readonly bucketName: string;
  readonly program: Program;
}

/**
 * The program that builds and steps run, in a separate closed bucket. No role of the environment may write there: a build runs
 * the repository's code, and what it could replace here would run with the rights of a later step. Nothing expires, and
 * the program of an earlier `up` stays, because a build that is already queued may name it.
 */
export class BuildProgram extends pulumi.ComponentResource {
  constructor(name: string, args: BuildProgramArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:BuildProgram", name, {}, opts);
    const { bucketName, program } = args;
    // Every `up` can write the program again, so the bucket is deleted with what it holds, on a protected stack as well.
    const { bucket, policy } = closedBucket(name, { bucketName, protect: false }, this);
    const versioning = new aws.s3.BucketVersioning(
      name,
      { bucket, versioningConfiguration: { status: "Enabled" } },
      { parent: this },
    );
    new aws.s3.BucketObjectv2(
      name,
      {
        bucket,
        key: keyOf(program),
        content: program.text,
        contentType: "text/javascript; charset=utf-8",
        // S3's own hash of such an object: a refresh notices another content, and `up` writes the program again.
        etag: createHash("md5").update(program.text).digest("hex"),
      },
      { parent: this, dependsOn: [policy, versioning], retainOnDelete: true },
    );
    this.registerOutputs({});
  }
}

/** What is known about the program before anything is created: a part of the plans of a build and of a release. */
export interface ProgramPlan {
  readonly names: Names;
  readonly program: Program;
}

/** The program of an environment. */
export const programFor = (name: string, { names, program }: ProgramPlan): BuildProgram =>
  new BuildProgram(`${name}-program`, { bucketName: names.programBucket.name, program });

/** The variables from which a build knows where its program is, what it must be, and the format of all variables. */
export const programVariables = ({ names, program }: ProgramPlan) => ({
  BUILD_FORMAT: String(buildFormat),
  RELEASE_PROGRAM: `s3://${names.programBucket.name}/${keyOf(program)}`,
  RELEASE_PROGRAM_SHA256: program.sha256,
});

/**
 * Lets a build read its program, and every earlier one, because a build that is already queued may name it. The bucket
 * is encrypted with S3's own keys, for which no role needs a permission.
 */
export const getProgram = ({ programBucket }: Names): Statement => ({
  Effect: "Allow",
  Action: "s3:GetObject",
  Resource: `${programBucket.arn}/*`,
});

const keyOf = ({ sha256 }: Program): string => `${sha256}.cjs`;
