import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { BatchGetBuildsCommand, CodeBuildClient, StartBuildCommand } from "@aws-sdk/client-codebuild";
import type { RolePolicy } from "./role-policies.ts";
import type { Outcome, Scenario } from "./scenario.ts";
import { prefix, type Place, type Site } from "./site.ts";
import { withdrawn } from "./withdrawn.ts";

/** What happens outside of runs: builds that write reports or want to change the program of all builds, and notifications. */
export function outsideRuns(site: Site, source: Place, failedRun: () => string): readonly Scenario[] {
  return [
    {
      title: "a build that writes test reports",
      run: () => reportingBuild(site, source),
      expected: "SUCCEEDED",
    },
    {
      title: "a build that writes over the program of all builds",
      run: () => overwritingBuild(site, source),
      expected: "FAILED; the write is denied",
    },
    message("a message about a run that failed", site, failedRun),
  ];
}

const message = (title: string, site: Site, failedRun: () => string): Scenario => ({
  title,
  run: () => tell(site, failedRun()),
  expected: "a message arrives",
});

/** The notification for a run with ready-made images that ended at its first step, which has a separate log group. */
export function messageOfImages(site: Site, policies: readonly RolePolicy[]): Scenario {
  let failed = "";
  const fail = () =>
    withdrawn(policies, "images", "s3:PutObject", () => site.around.startRun().then((id) => site.around.runOf(id)));
  return {
    ...message("a message about a run of ready-made images that failed", site, () => failed),
    ready: async () => {
      if (failed === "") failed = (await fail()).executionId;
    },
  };
}

/** Runs the build's project with a buildspec that has a section for reports. */
const reportingBuild = (site: Site, source: Place): Promise<Outcome> =>
  ownBuild(site, source, {
    version: "0.2",
    phases: { build: { commands: ["echo '<testsuite/>' > report.xml", "echo '<report/>' > coverage.xml"] } },
    reports: {
      unit: { files: ["report.xml"] },
      coverage: { files: ["coverage.xml"], "file-format": "JACOCOXML" },
    },
  });

/** Runs the build's project with a buildspec that wants to choose what later steps run: only `up` may write the program. */
async function overwritingBuild(site: Site, source: Place): Promise<Outcome> {
  const said = site.listen();
  const commands = ["echo 'a program' > program.cjs", 'aws s3 cp program.cjs "$RELEASE_PROGRAM"'];
  const { outcome } = await ownBuild(site, source, { version: "0.2", phases: { build: { commands } } });
  return {
    outcome: /\(AccessDenied\) when calling the PutObject/.test(said()) ? `${outcome}; the write is denied` : outcome,
  };
}

/** Runs the build's project with a buildspec of its own. */
async function ownBuild(site: Site, { bucket, key }: Place, buildspec: object): Promise<Outcome> {
  const builds = new CodeBuildClient(site.around.client);
  const { build } = await builds.send(
    new StartBuildCommand({
      projectName: `${prefix}-build`,
      sourceTypeOverride: "S3",
      sourceLocationOverride: `${bucket}/${key}`,
      buildspecOverride: JSON.stringify(buildspec),
    }),
  );
  for (;;) {
    const answer = await builds.send(new BatchGetBuildsCommand({ ids: [build?.id ?? ""] }));
    const status = answer.builds?.[0]?.buildStatus ?? "";
    if (status !== "IN_PROGRESS") {
      const phases = answer.builds?.[0]?.phases ?? [];
      return {
        outcome: status,
        said: phases.flatMap(({ contexts = [] }) => contexts.map((one) => one.message)).join("\n"),
      };
    }
    await sleep(100);
  }
}

/**
 * Runs the function that sends notifications, as Lambda does: with its role's credentials, and the event of a run's
 * end.
 */
async function tell(site: Site, executionId: string): Promise<Outcome> {
  const { endpointUrl, region, accountId, identity } = site.around.cloud.world;
  const run = promisify(execFile);
  const topic = `arn:aws:sns:${region}:${accountId}:${prefix}`;
  const role = `arn:aws:iam::${accountId}:role/${prefix}-notify`;
  const lambda = `arn:aws:lambda:${region}:${accountId}:function:${prefix}-notify`;
  const own = { PATH: process.env["PATH"], AWS_ENDPOINT_URL: endpointUrl, AWS_REGION: region, TOPIC_ARN: topic };
  // Version 1 of the CLI knows the region only by this name.
  const root = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_DEFAULT_REGION: region };
  await run("aws", ["sns", "create-topic", "--name", prefix], { env: { ...own, ...root } });
  const { accessKeyId, secretAccessKey, sessionToken } = await identity.assume(
    role,
    "lambda.amazonaws.com",
    "notify",
    lambda,
  );
  const event = {
    source: "aws.codepipeline",
    time: new Date().toISOString(),
    region,
    detail: { pipeline: prefix, "execution-id": executionId, state: "FAILED" },
  };
  const script = "const { handler } = await import(process.argv[1]); await handler(JSON.parse(process.argv[2]));";
  const handler = new URL("../../components/watching/notifier/index.mjs", import.meta.url).href;
  const env = {
    ...own,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  };
  return run(process.execPath, ["--input-type=module", "--eval", script, handler, JSON.stringify(event)], { env }).then(
    () => ({ outcome: "a message arrives" }),
    (error: unknown) => ({ outcome: "no message arrives", said: String(error) }),
  );
}
