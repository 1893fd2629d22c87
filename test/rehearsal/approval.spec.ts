import {
  CreatePipelineCommand,
  GetPipelineExecutionCommand,
  GetPipelineStateCommand,
  ListActionExecutionsCommand,
} from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient, CreateConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { commandLine } from "../../rehearsal/kit/command-line.ts";
import { startInbox } from "./local-cloud/inbox.ts";
import { policy } from "./local-cloud/local-endpoint.ts";
import {
  artifactStatements,
  bucket,
  connectionStatements,
  startPipelineWorld,
  type PipelineWorld,
} from "./local-cloud/pipeline-world.ts";

const type = (category: "Source" | "Approval", provider: string) =>
  ({ category, owner: "AWS", provider, version: "1" }) as const;

interface Notice {
  readonly region: string;
  readonly approval: { readonly expires: string; readonly approvalReviewLink: string };
}

/** The pipeline is given by its name. */
const noStack = () => Promise.reject(new Error("no stack is asked for"));

/** Lets the pipeline's role publish to a topic. */
const publisher = (on: PipelineWorld, topicArn: string) =>
  new IAMClient(on.local.asRoot).send(
    new PutRolePolicyCommand({
      RoleName: "shop-staging-pipeline",
      PolicyName: "publish",
      PolicyDocument: policy([{ Effect: "Allow", Action: "sns:Publish", Resource: topicArn }]),
    }),
  );

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
      ...connectionStatements(connectionArn),
    ]);
  });
  after(() => on.close());

  /** Creates a pipeline whose first run, which starts at once, reaches an approval. */
  async function create(name: string, configuration: Readonly<Record<string, string>>): Promise<void> {
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
            {
              name: "Approve",
              actions: [{ name: "Approve", actionTypeId: type("Approval", "Manual"), configuration }],
            },
          ],
        },
      }),
    );
  }

  /** Creates a pipeline that waits for approval; returns the id of its first run. */
  async function waiting(name: string, configuration: Readonly<Record<string, string>> = {}): Promise<string> {
    await create(name, configuration);
    // The action exists a moment before its token.
    return on.until(async () => {
      const { stageStates = [] } = await on.client.send(new GetPipelineStateCommand({ name }));
      const approve = stageStates.find(({ stageName }) => stageName === "Approve");
      const token = approve?.actionStates?.[0]?.latestExecution?.token;
      return token === undefined ? undefined : approve?.latestExecution?.pipelineExecutionId;
    });
  }

  /** Runs a command line against the local CodePipeline. */
  const release = (args: readonly string[]) =>
    commandLine(args, { client: on.local.asRoot, checkout: on.local.directory, locate: noStack });

  const ended = (pipelineName: string, pipelineExecutionId: string) =>
    on.until(async () => {
      const found = await on.client.send(new GetPipelineExecutionCommand({ pipelineName, pipelineExecutionId }));
      const status = found.pipelineExecution?.status;
      return status === "InProgress" ? undefined : status;
    });

  it("lets the waiting run go on, and is refused when no run waits any more", async () => {
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
      lines: ["approved: no run waits for approval; push, or wait until a run's build has ended"],
    });
  });

  it("fails when the role may not publish to the action's topic", async () => {
    const inbox = await startInbox(on.local.asRoot);
    try {
      await create("silent", { NotificationArn: inbox.topicArn });
      const message = await on.until(async () => {
        const { stageStates = [] } = await on.client.send(new GetPipelineStateCommand({ name: "silent" }));
        return stageStates[1]?.actionStates?.[0]?.latestExecution?.errorDetails?.message;
      });
      expect(message).to.match(
        /role\/shop-staging-pipeline.* is not authorized to perform: sns:Publish on resource: .*:inbox/,
      );
    } finally {
      await inbox.close();
    }
  });

  it("is requested at the action's topic (JSON data format for manual approval notifications)", async () => {
    const inbox = await startInbox(on.local.asRoot);
    try {
      await publisher(on, inbox.topicArn);
      const before = Date.now();
      const id = await waiting("announced", {
        NotificationArn: inbox.topicArn,
        CustomData: "Release 0123abc",
        ExternalEntityLink: "https://example.com/commit/0123abc",
      });
      const { stageStates = [] } = await on.client.send(new GetPipelineStateCommand({ name: "announced" }));
      const token = stageStates[1]?.actionStates?.[0]?.latestExecution?.token;
      const { region, approval } = JSON.parse((await inbox.next()).Message) as Notice;
      const { expires, approvalReviewLink, ...more } = approval;
      expect([region, more]).to.deep.equal([
        "us-east-1",
        {
          pipelineName: "announced",
          stageName: "Approve",
          actionName: "Approve",
          token,
          externalEntityLink: "https://example.com/commit/0123abc",
          customData: "Release 0123abc",
        },
      ]);
      expect(approvalReviewLink.endsWith(`/announced/Approve/Approve/approve/${String(token)}`)).to.equal(true);
      expect(Date.parse(expires) - before).to.be.within(7 * 86_400_000 - 60_000, 7 * 86_400_000 + 60_000);
      await release(["approve", "--pipeline", "announced", "--yes"]);
      expect(await ended("announced", id)).to.equal("Succeeded");
    } finally {
      await inbox.close();
    }
  });

  it("ends the waiting run as failed, with the given reason", async () => {
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
