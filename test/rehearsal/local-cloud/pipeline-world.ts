import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { BuildRunner } from "../../../local-cloud/codepipeline/build-action.ts";
import { codePipelineService } from "../../../local-cloud/codepipeline/codepipeline.ts";
import type { CodePipeline } from "../../../local-cloud/codepipeline/codepipeline.ts";
import { connectionsService } from "../../../local-cloud/codepipeline/connections.ts";
import type { Connections } from "../../../local-cloud/codepipeline/connections.ts";
import type { PipelineEvent } from "../../../local-cloud/codepipeline/run.ts";
import type { World } from "../../../local-cloud/kit/service.ts";
import { staging } from "../../support/names.ts";
import { startLocalEndpoint } from "./local-endpoint.ts";
import type { LocalEndpoint } from "./local-endpoint.ts";

/** CodePipeline on a real endpoint and a real repository; the spec itself answers for builds. */
export interface PipelineWorld {
  readonly local: LocalEndpoint;
  readonly world: World;
  readonly pipelines: CodePipeline;
  readonly connections: Connections;
  readonly client: CodePipelineClient;
  readonly events: readonly PipelineEvent[];
  /** Commits these files on a branch and returns the commit's id; files ending in `.sh` are executable. */
  readonly commit: (branch: string, files: Readonly<Record<string, string>>) => string;
  /** Checks every few milliseconds until a condition holds, ten seconds at most. */
  readonly until: <Value>(look: () => Value | undefined | Promise<Value | undefined>) => Promise<Value>;
  readonly close: () => Promise<void>;
}

export const bucket = staging.artifactBucket.name;

/** Starts a world; the given function runs its builds, and the clock is for deployment windows. */
export async function startPipelineWorld(
  startBuild: BuildRunner,
  now: () => Date = () => new Date(),
): Promise<PipelineWorld> {
  const local = await startLocalEndpoint();
  const { world } = local;
  const events: PipelineEvent[] = [];
  const connections = connectionsService(world);
  const pipelines = codePipelineService(world, {
    connections,
    startBuild,
    minuteMs: 500,
    pollMs: 20,
    now,
    onEvent: (event) => events.push(event),
  });
  local.endpoint.serve(connections);
  local.endpoint.serve(pipelines);
  await new S3Client(local.asRoot).send(new CreateBucketCommand({ Bucket: bucket }));
  const repository = join(local.directory, "shop.git");
  const work = join(local.directory, "shop");
  const git = (...args: readonly string[]): string =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.com", ...args], {
      cwd: work,
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  execFileSync("git", ["init", "--quiet", "--bare", repository]);
  execFileSync("git", ["clone", "--quiet", repository, work], { stdio: "pipe" });
  connections.mapRepository("team/shop", repository);
  return {
    local,
    world,
    pipelines,
    connections,
    client: new CodePipelineClient(local.asRoot),
    events,
    commit(branch, files) {
      git("checkout", "--quiet", "-B", branch);
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(work, name)), { recursive: true });
        writeFileSync(join(work, name), text, { mode: name.endsWith(".sh") ? 0o755 : 0o644 });
      }
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message", `change ${Object.keys(files).join(", ")}`);
      git("push", "--quiet", "--force", "origin", branch);
      return git("rev-parse", "HEAD");
    },
    async until(look) {
      for (let left = 400; left > 0; left -= 1) {
        const value = await look();
        if (value !== undefined) return value;
        await sleep(25);
      }
      throw new Error("it did not happen within ten seconds");
    },
    async close() {
      await pipelines.close();
      await local.close();
    },
  };
}

/** What a pipeline's role needs for its artifacts. */
export const artifactStatements = [
  {
    Effect: "Allow",
    Action: ["s3:GetBucketVersioning", "s3:GetBucketAcl", "s3:GetBucketLocation"],
    Resource: `arn:aws:s3:::${bucket}`,
  },
  { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: `arn:aws:s3:::${bucket}/*` },
];

/** What a pipeline's role needs for a repository behind a connection, which uploads with an ACL (aws/aws-cdk#13557). */
export const connectionStatements = (connectionArn: string | undefined) => [
  { Effect: "Allow", Action: "codeconnections:UseConnection", Resource: connectionArn },
  { Effect: "Allow", Action: "s3:PutObjectAcl", Resource: `arn:aws:s3:::${bucket}/*` },
];
