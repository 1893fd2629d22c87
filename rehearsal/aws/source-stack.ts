import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { stringify } from "yaml";

/** The stack of the bucket that a rehearsal's code comes from. */
export interface SourceStackArgs {
  /** Folder of the rehearsal. */
  readonly folder: string;
  /** Name of the stack. */
  readonly stack: string;
  readonly bucket: string;
  /** Configuration of the AWS provider, as in the environment's stack. */
  readonly aws: Readonly<Record<string, unknown>>;
  /** Folder of the program, from which its Pulumi SDK is found. */
  readonly program: string;
}

/** Name of the Pulumi project: the environment's has another one. */
const name = "compose-ecs-pipeline-rehearsal-source";

/** Name of the zip in the bucket. */
export const sourceKey = "source.zip";

/** The pipeline reads only a bucket that exists, with versions and events, so a separate stack creates it first. */
const program = `import * as aws from "@pulumi/aws";
import { Config } from "@pulumi/pulumi";

const bucket = new Config().require("bucket");
const made = new aws.s3.Bucket("source", { bucket, forceDestroy: true });
new aws.s3.BucketVersioning("source", { bucket: made.bucket, versioningConfiguration: { status: "Enabled" } });
new aws.s3.BucketNotification("source", { bucket: made.bucket, eventbridge: true });
`;

/** Writes a Pulumi project that creates the bucket; returns its folder. */
export function writeSourceStack({ folder, stack, bucket, aws, program: of }: SourceStackArgs): string {
  const path = join(folder, "source");
  mkdirSync(path, { recursive: true });
  const config = { ...aws, [`${name}:bucket`]: bucket };
  const project = {
    name,
    main: "index.js",
    runtime: { name: "nodejs", options: { typescript: false } },
  };
  writeFileSync(join(path, "Pulumi.yaml"), stringify(project));
  writeFileSync(join(path, `Pulumi.${stack}.yaml`), stringify({ config }));
  writeFileSync(join(path, "package.json"), `{ "type": "module" }\n`);
  writeFileSync(join(path, "index.js"), program);
  symlinkSync(modulesOf(of), join(path, "node_modules"));
  return path;
}

/** The folder of packages in which a program finds the Pulumi SDK. */
function modulesOf(program: string): string {
  const file = createRequire(join(realpathSync(program), "index.ts")).resolve("@pulumi/aws/package.json");
  return dirname(dirname(dirname(file)));
}
