import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";

/** What the fake AWS answers, by call; a call that is not here fails. */
type Answers = Readonly<Record<string, unknown>>;
type Call = readonly [name: string, input: Readonly<Record<string, unknown>>];

/** The packages of the SDK that Lambda brings: each prints what it is asked, as a line of JSON, and answers from a file. */
const sdk = `
import { readFileSync } from "node:fs";
const ask = (name, input) => {
  console.log(JSON.stringify([name, input]));
  const answer = JSON.parse(readFileSync(new URL("../../../answers.json", import.meta.url), "utf8"))[name];
  if (answer === undefined) throw Object.assign(new Error(name), { name: "ResourceNotFoundException" });
  return answer;
};
class Client { send(command) { return Promise.resolve().then(() => ask(command.constructor.name, command.input)); } }
class Command { constructor(input) { this.input = input; } }
const pages = (name) => async function* (config, input) { for (const page of ask(name, input)) yield page; };
export class CloudWatchLogsClient extends Client {}
export class GetLogEventsCommand extends Command {}
export class CodePipelineClient extends Client {}
export const paginateListActionExecutions = pages("ListActionExecutions");
export const paginateListPipelineExecutions = pages("ListPipelineExecutions");
export class SNSClient extends Client {}
export class PublishCommand extends Command {}
`;

/** Runs the function in a separate process, from a folder like Lambda's, and returns the calls that it made. */
async function invoke(event: object, answers: Answers): Promise<readonly Call[]> {
  const folder = mkdtempSync(join(tmpdir(), "notifier-"));
  try {
    cpSync("components/watching/notifier", folder, { recursive: true });
    writeFileSync(join(folder, "answers.json"), JSON.stringify({ PublishCommand: {}, ...answers }));
    for (const client of ["client-cloudwatch-logs", "client-codepipeline", "client-sns"]) {
      const path = join(folder, "node_modules", "@aws-sdk", client);
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, "package.json"), JSON.stringify({ type: "module", exports: "./index.js" }));
      writeFileSync(join(path, "index.js"), sdk);
    }
    const start = `import { handler } from "./index.mjs"; await handler(${JSON.stringify(event)});`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", start], {
      cwd: folder,
      env: { TOPIC_ARN: "arn:aws:sns:us-east-1:000000000000:shop-staging" },
    });
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Call);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The text that e-mails carry, of the one message that was published. */
function published(calls: readonly Call[]): readonly string[] {
  const [message, ...more] = calls.filter(([name]) => name === "PublishCommand");
  expect(more).to.deep.equal([]);
  const { Message } = message?.[1] as { Message: string };
  return (JSON.parse(Message) as { default: string }).default.trim().split("\n");
}

const id = "12345678-1234-5678-abcd-12345678abcd";
const run = (state: string) => ({
  source: "aws.codepipeline",
  "detail-type": "CodePipeline Pipeline Execution State Change",
  time: "2026-11-23T22:04:44Z",
  region: "us-east-1",
  detail: { pipeline: "shop-staging", "execution-id": id, "start-time": "2026-11-23T21:52:39.208Z", state },
});
const runLink = `Run: https://us-east-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/shop-staging/executions/${id}/timeline?region=us-east-1`;

const source = {
  stageName: "Source",
  actionName: "Source",
  status: "Succeeded",
  startTime: 1,
  input: { actionTypeId: { category: "Source", provider: "CodeStarSourceConnection" } },
  output: { outputVariables: { CommitId: "a".repeat(40), CommitMessage: "Fix the basket", BranchName: "staging" } },
};
const build = (actionName: string, status: string, startTime: number, build: string) => ({
  stageName: actionName,
  actionName,
  status,
  startTime,
  input: { actionTypeId: { category: "Build", provider: "CodeBuild" } },
  output: {
    executionResult: {
      externalExecutionId: `shop-staging-${actionName.toLowerCase()}:${build}`,
      errorDetails: { code: "JobFailed", message: "Build terminated with state: FAILED" },
    },
  },
});
const runs = (more: object = {}) => [
  { pipelineExecutionSummaries: [{ pipelineExecutionId: "another", trigger: { triggerDetail: "nobody" } }] },
  {
    pipelineExecutionSummaries: [
      { pipelineExecutionId: id, trigger: { triggerDetail: "arn:aws:iam::0:user/mary" }, ...more },
    ],
  },
];

describe("the function that notifies people", () => {
  it("reports a failed run's reason from the log of the build that failed last, and reads only that run and that log", async () => {
    const log = [
      "[Container] 2026/11/23 22:03:01 Running command bash -euo pipefail step.sh\n",
      "migrate: starts as shop-staging-migrate:8, image\n",
      "migrate: exit code 1 (Essential container in task exited); nothing was deployed\n",
      "[Container] 2026/11/23 22:04:01 Phase complete: BUILD State: FAILED\n",
      "[Container] 2026/11/23 22:04:02 Entering phase POST_BUILD\n",
      "cleaned up\n",
    ];
    const actions = [
      build("Migrate", "Failed", 4, "1"),
      build("Build", "Succeeded", 3, "3"),
      build("Build", "Failed", 2, "2"),
    ];
    const calls = await invoke(run("FAILED"), {
      ListActionExecutions: [{ actionExecutionDetails: actions }, { actionExecutionDetails: [source] }],
      ListPipelineExecutions: runs(),
      GetLogEventsCommand: { events: log.map((message) => ({ message })) },
    });
    expect(calls.slice(0, -1)).to.deep.equal([
      ["ListActionExecutions", { pipelineName: "shop-staging", filter: { pipelineExecutionId: id } }],
      ["GetLogEventsCommand", { logGroupName: "/aws/codebuild/shop-staging-migrate", logStreamName: "1", limit: 50 }],
      ["ListPipelineExecutions", { pipelineName: "shop-staging" }],
    ]);
    expect(published(calls)).to.deep.equal([
      "shop-staging: aaaaaaa failed",
      "",
      `Commit: ${"a".repeat(40)} of staging`,
      "Message: Fix the basket",
      "Started by: arn:aws:iam::0:user/mary",
      "Duration: 12 min 5 s",
      "Reason: Migrate: migrate: exit code 1 (Essential container in task exited); nothing was deployed",
      runLink,
    ]);
  });

  it("reports CodePipeline's reason if a build wrote no log or if the action was not a build", async () => {
    const approve = {
      stageName: "Approve",
      actionName: "Approve",
      status: "Failed",
      startTime: 3,
      input: { actionTypeId: { category: "Approval", provider: "Manual" } },
      output: { executionResult: { errorDetails: { code: "JobFailed", message: "not on a Friday" } } },
    };
    const calls = await invoke(run("FAILED"), {
      ListActionExecutions: [{ actionExecutionDetails: [approve, build("Build", "Failed", 2, "2"), source] }],
      ListPipelineExecutions: runs(),
    });
    expect(published(calls).slice(6, 8)).to.deep.equal([
      "Reason: Build: Build terminated with state: FAILED",
      "        Approve: not on a Friday",
    ]);
  });

  it("reports the reason of a stop, in a form for people and in one for chat, to the given topic", async () => {
    const reason = "ECS ended the deployment: ROLLBACK_SUCCESSFUL: the circuit breaker";
    const calls = await invoke(run("STOPPED"), {
      ListActionExecutions: [{ actionExecutionDetails: [source] }],
      ListPipelineExecutions: runs({ stopTrigger: { reason } }),
    });
    const text = [
      "shop-staging: aaaaaaa was stopped",
      "",
      `Commit: ${"a".repeat(40)} of staging`,
      "Message: Fix the basket",
      "Started by: arn:aws:iam::0:user/mary",
      "Duration: 12 min 5 s",
      `Reason: ${reason}`,
      runLink,
      "",
    ].join("\n");
    const chat = { textType: "client-markdown", title: "shop-staging: aaaaaaa was stopped", description: text };
    expect(calls.at(-1)).to.deep.equal([
      "PublishCommand",
      {
        TopicArn: "arn:aws:sns:us-east-1:000000000000:shop-staging",
        Subject: "shop-staging: aaaaaaa was stopped",
        MessageStructure: "json",
        Message: JSON.stringify({
          default: text,
          https: JSON.stringify({ version: "1.0", source: "custom", content: chat }),
        }),
      },
    ]);
  });

  it("makes no request about a deployment or a build, because their events hold everything", async () => {
    const deployment = {
      source: "aws.ecs",
      region: "us-east-1",
      resources: ["arn:aws:ecs:us-east-1:000000000000:service/shop-staging/shop-staging"],
      detail: { deploymentId: "ecs-svc/1", reason: "ECS deployment circuit breaker: tasks failed to start." },
    };
    const failed = {
      source: "aws.codebuild",
      region: "us-east-1",
      detail: {
        "build-status": "STOPPED",
        "project-name": "shop-staging-build",
        "build-id": "build/shop-staging-build:1",
      },
    };
    const calls = await Promise.all([deployment, failed].map((event) => invoke(event, {})));
    expect(calls.map((made) => made.map(([name, { Subject }]) => [name, Subject]))).to.deep.equal([
      [["PublishCommand", "shop-staging: a deployment failed in ECS"]],
      [["PublishCommand", "shop-staging-build: a build ended with status STOPPED"]],
    ]);
  });

  it("fails, so that Lambda tries again, if CodePipeline does not answer", async () => {
    const failure: unknown = await invoke(run("FAILED"), {}).catch((error: unknown) => error);
    expect(failure).to.be.an("error").with.property("code", 1);
  });
});
