import {
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
} from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient, CreateConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { expect } from "chai";
import { run } from "../../scripts/cli.ts";
import { checkout } from "../../scripts/git.ts";
import { awsClients, type Surroundings } from "../../scripts/surroundings.ts";
import { artifactStatements, bucket, startPipelineWorld, type PipelineWorld } from "./pipeline-world.ts";

const type = (category: "Source" | "Approval", provider: string) =>
  ({ category, owner: "AWS", provider, version: "1" }) as const;

describe("an approval from the command line", function () {
  this.timeout(60_000);
  let on: PipelineWorld;
  let connectionArn = "";
  let roleArn = "";

  before(async () => {
    on = await startPipelineWorld(() => Promise.reject(new Error("this pipeline builds nothing")));
    const connection = await new CodeStarConnectionsClient(on.local.asRoot).send(
      new CreateConnectionCommand({ ConnectionName: "shop", ProviderType: "GitHub" }),
    );
    connectionArn = connection.ConnectionArn ?? "";
    on.connections.finishHandshake(connectionArn);
    roleArn = await on.local.role("shop-staging-pipeline", "codepipeline.amazonaws.com", [
      ...artifactStatements,
      { Effect: "Allow", Action: "codeconnections:UseConnection", Resource: connectionArn },
    ]);
  });
  after(() => on.close());

  /** Makes a pipeline that waits for approval, and gives the id of its first run. */
  async function waiting(name: string): Promise<string> {
    on.commit(name, { "a.txt": "1" });
    const source = { ConnectionArn: connectionArn, FullRepositoryId: "team/shop", BranchName: name };
    await on.client.send(
      new CreatePipelineCommand({
        pipeline: {
          name,
          roleArn,
          pipelineType: "V2",
          artifactStore: { type: "S3", location: bucket },
          stages: [
            {
              name: "Source",
              actions: [
                {
                  name: "Source",
                  actionTypeId: type("Source", "CodeStarSourceConnection"),
                  outputArtifacts: [{ name: "Source" }],
                  configuration: source,
                },
              ],
            },
            { name: "Approve", actions: [{ name: "Approve", actionTypeId: type("Approval", "Manual") }] },
          ],
        },
      }),
    );
    // The action is there a moment before its token.
    return on.until(async () => {
      const { stageStates = [] } = await on.client.send(new GetPipelineStateCommand({ name }));
      const approve = stageStates.find(({ stageName }) => stageName === "Approve");
      const token = approve?.actionStates?.[0]?.latestExecution?.token;
      return token === undefined ? undefined : approve?.latestExecution?.pipelineExecutionId;
    });
  }

  /** Runs a command line against the local CodePipeline. */
  async function release(args: readonly string[]) {
    const lines: string[] = [];
    const around: Surroundings = {
      say: (line) => lines.push(line),
      warn: (line) => lines.push(line),
      ask: undefined,
      locate: () => Promise.reject(new Error("the pipeline is given")),
      clients: (region) => ({ ...awsClients(region), codepipeline: on.client }),
      redraw: undefined,
      git: checkout(on.local.directory),
      now: () => new Date(),
      pause: () => Promise.resolve(),
      interruption: () => new AbortController().signal,
    };
    return { code: await run(args, around), lines };
  }

  const ended = (pipelineName: string, pipelineExecutionId: string) =>
    on.until(async () => {
      const found = await on.client.send(new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }));
      const status = found.pipelineExecution?.status;
      return status === "InProgress" ? undefined : status;
    });

  it("lets the run that waits go on, and is refused when nothing waits any more", async () => {
    const id = await waiting("approved");
    const command = ["approve", "--pipeline", "approved", "--yes"];
    const { code, lines } = await release(command);
    expect(code).to.equal(0);
    expect(lines.map((line) => line.replace(/: [0-9a-f]{7} /, ": COMMIT "))).to.deep.equal([
      `approved: run ${id} waits for approval: COMMIT change a.txt`,
      "approved: approved",
    ]);
    expect(await ended("approved", id)).to.equal("Succeeded");
    expect(await release(command)).to.deep.equal({
      code: 1,
      lines: ["approved: no run waits for approval; push, or wait until the build of one has ended"],
    });
  });

  it("ends the run that waits as failed, with the reason that was given", async () => {
    const id = await waiting("rejected");
    expect(
      (await release(["reject", "--pipeline", "rejected", "--yes", "--summary", "not on a Friday"])).code,
    ).to.equal(0);
    expect(await ended("rejected", id)).to.equal("Failed");
    const { actionExecutionDetails = [] } = await on.client.send(
      new ListActionExecutionsCommand({ pipelineName: "rejected" }),
    );
    const reasons = actionExecutionDetails.map(({ actionName, status, output }) => [
      actionName,
      status,
      output?.executionResult?.errorDetails?.message,
    ]);
    expect(reasons).to.deep.equal([
      ["Approve", "Failed", "not on a Friday"],
      ["Source", "Succeeded", undefined],
    ]);
  });
});
