import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CodeBuildClient, CreateProjectCommand } from "@aws-sdk/client-codebuild";
import { CreateClusterCommand, ECSClient } from "@aws-sdk/client-ecs";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { build } from "esbuild";
import { strToU8, zipSync } from "fflate";
import { codeBuildService, type CodeBuild } from "../../../local-cloud/codebuild/codebuild.ts";
import { ecsService } from "../../../local-cloud/ecs/ecs-service.ts";
import { accountId, region, startLocalEndpoint, type LocalEndpoint } from "./local-endpoint.ts";

/** What a build runs: as in the program of the pipeline's builds, the client gets no options. */
const script = `
import { DescribeClustersCommand, ECSClient } from "@aws-sdk/client-ecs";
const ecs = new ECSClient();
async function main() {
  const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: ["shop"] }));
  console.log("found", clusters.map(({ clusterName }) => clusterName).join(), "in", await ecs.config.region());
  const denied = await ecs.send(new DescribeClustersCommand({ clusters: ["other"] })).catch((error) => error);
  console.log(denied.name, denied.message);
}
main();
`;

describe("the SDK's clients in a build, with IAM enforced", function () {
  this.timeout(60_000);
  const name = "shop-staging-verify";
  const bucket = "shop-staging-artifacts";
  let local: LocalEndpoint;
  let codebuild: CodeBuild;
  let credentialsServer: Server;
  const said: string[] = [];

  before(async () => {
    local = await startLocalEndpoint();
    const ecs = ecsService(local.world);
    codebuild = codeBuildService(local.world, { onLine: (_, line) => said.push(line) });
    local.endpoint.serve(ecs);
    local.endpoint.serve(codebuild);
    for (const clusterName of ["shop", "other"])
      await new ECSClient(local.asRoot).send(new CreateClusterCommand({ clusterName }));
    const logs = `arn:aws:logs:${region}:${accountId}:log-group:/aws/codebuild/${name}`;
    const serviceRole = await local.role(name, "codebuild.amazonaws.com", [
      { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: [logs, `${logs}:*`] },
      { Effect: "Allow", Action: "s3:GetObject", Resource: `arn:aws:s3:::${bucket}/*` },
      { Effect: "Allow", Action: "ecs:DescribeClusters", Resource: `arn:aws:ecs:${region}:${accountId}:cluster/shop` },
    ]);
    // What CodeBuild's containers have instead of keys in their environment; its address is not that of a local machine.
    credentialsServer = createServer((_, answer) => {
      void local.identity.assume(serviceRole, "codebuild.amazonaws.com", "container", "").then((one) => {
        const { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token } = one;
        const Expiration = new Date(Date.now() + 3_600_000).toISOString();
        answer.end(JSON.stringify({ AccessKeyId, SecretAccessKey, Token, Expiration }));
      });
    });
    await new Promise<void>((resolve) => credentialsServer.listen(0, "127.0.0.1", resolve));
    await new S3Client({ ...local.asRoot, forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: bucket }));
    await putSource();
    for (const [project, first] of [
      [name, "true"],
      [`${name}-container`, "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN"],
    ] as const)
      await new CodeBuildClient(local.asRoot).send(
        new CreateProjectCommand({
          name: project,
          serviceRole,
          source: { type: "CODEPIPELINE", buildspec: buildspec(first) },
          artifacts: { type: "CODEPIPELINE" },
          environment: {
            type: "LINUX_CONTAINER",
            image: "aws/codebuild/standard:8.0",
            computeType: "BUILD_GENERAL1_SMALL",
          },
          logsConfig: { cloudWatchLogs: { status: "DISABLED" } },
        }),
      );
  });
  beforeEach(() => {
    said.length = 0;
  });
  after(async () => {
    credentialsServer.close();
    await codebuild.close?.();
    await local.close();
  });

  const buildspec = (first: string): string =>
    JSON.stringify({
      version: "0.2",
      phases: {
        install: { "runtime-versions": { nodejs: 24 } },
        build: { commands: [first, "node client.cjs"] },
      },
    });
  const putSource = async (): Promise<void> => {
    const { outputFiles } = await build({
      stdin: { contents: script, resolveDir: import.meta.dirname },
      bundle: true,
      platform: "node",
      format: "cjs",
      target: "node20",
      write: false,
    });
    const Body = zipSync({ "client.cjs": strToU8(outputFiles[0]?.text ?? "") });
    const s3 = new S3Client({ ...local.asRoot, forcePathStyle: true });
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: "source.zip", Body }));
  };
  const run = async (projectName: string, environmentOverrides: readonly { name: string; value: string }[] = []) => {
    const started = await codebuild.startBuild({
      projectName,
      caller: { accessKeyId: "test", principalArn: "root" },
      initiator: "codepipeline/shop-staging",
      source: { bucket, key: "source.zip" },
      environmentOverrides: environmentOverrides.map((one) => ({ ...one, type: "PLAINTEXT" as const })),
    });
    return { ...(await started.done), buildId: started.buildId };
  };
  const lines = () => said.filter((line) => !line.startsWith("[Container]"));
  const refusal = (session: string) =>
    `AccessDeniedException User: arn:aws:sts::${accountId}:assumed-role/${name}/${session} is not authorized to perform: ` +
    `ecs:DescribeClusters on resource: arn:aws:ecs:${region}:${accountId}:cluster/other`;

  it("have the build's region and its role's credentials, and are refused what the role may not do", async () => {
    const { status, buildId } = await run(name);
    expect(status, said.join("\n")).to.equal("SUCCEEDED");
    expect(lines()[0]).to.equal(`found shop in ${region}`);
    expect(lines()[1]).to.include(refusal(`AWSCodeBuild-${buildId.split(":")[1] ?? ""}`));
    expect(said.join("\n")).to.include("Runtime nodejs 24 was asked for");
  });

  it("take the credentials from the container's address when the environment has no keys, as on CodeBuild", async () => {
    const { port } = credentialsServer.address() as AddressInfo;
    const address = { name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: `http://127.0.0.1:${port}/credentials` };
    const { status } = await run(`${name}-container`, [address]);
    expect(status, said.join("\n")).to.equal("SUCCEEDED");
    expect(lines()[0]).to.equal(`found shop in ${region}`);
    expect(lines()[1]).to.include(refusal("container"));
  });
});
