import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  approve,
  doctor,
  exec,
  logs,
  pause,
  reject,
  release,
  resume,
  revisions,
  rollback,
  run,
  status,
  verify,
  type Environment,
} from "../../scripts/index.ts";
import { names, noParameter, stubClients, type Answers } from "../support/command-line.ts";
import { rollbackWorld } from "../support/rollback-world.ts";

const wanted = "8cf40f2d1e0b3a4c5d6e7f8091a2b3c4d5e6f708";
const answers: Answers = {
  GetParameter: noParameter,
  DescribeAlarms: () => ({}),
  GetPipelineState: () => ({
    stageStates: [
      {
        stageName: "Approve",
        latestExecution: { pipelineExecutionId: "1", status: "InProgress" },
        actionStates: [{ actionName: "Approve", latestExecution: { status: "InProgress", token: "t" } }],
      },
    ],
  }),
  GetPipeline: () => ({
    pipeline: { stages: [{ actions: [{ name: "Source", actionTypeId: { provider: "CodeCommit" } }] }] },
  }),
  GetPipelineExecution: () => ({ pipelineExecution: { status: "Succeeded" } }),
  ListActionExecutions: () => ({}),
  PutApprovalResult: () => ({}),
  StartPipelineExecution: () => ({ pipelineExecutionId: "42" }),
  DescribeServices: () => ({
    services: [{ serviceName: "shop-staging", taskDefinition: "a/shop-staging:2", desiredCount: 1 }],
  }),
  DescribeTaskDefinition: ({ taskDefinition }: { readonly taskDefinition: string }) => ({
    taskDefinition: {
      taskDefinitionArn: taskDefinition,
      revision: Number(taskDefinition.split(":")[1]),
      status: "ACTIVE",
      containerDefinitions: [{ image: "registry/shop/staging/web:1111111" }],
    },
  }),
  DescribeImages: () => ({}),
  ListTasks: () => ({}),
  ListServiceDeployments: () => ({}),
  ListTaskDefinitions: ({ nextToken }: { readonly nextToken?: string }) =>
    nextToken === undefined
      ? { taskDefinitionArns: ["a/shop-staging:3", "a/shop-staging:2"], nextToken: "more" }
      : { taskDefinitionArns: ["a/shop-staging:1"] },
};

const environment = (done: unknown[] = []): Environment => ({ names, clients: stubClients(answers, done) });

describe("the verbs as functions", () => {
  it("release, and yield each event to the end", async () => {
    const done: unknown[] = [];
    const { executionId, events } = await release(environment(done), { commit: wanted, yes: true });
    const kinds: string[] = [];
    for await (const { kind } of events) kinds.push(kind);
    const sourceRevisions = [{ actionName: "Source", revisionType: "COMMIT_ID", revisionValue: wanted }];
    expect([executionId, kinds, done]).to.deep.equal(["42", ["ended"], [{ name: "shop-staging", sourceRevisions }]]);
  });

  it("refuse if the verb would ask a person, and start nothing", async () => {
    const done: unknown[] = [];
    const failure: unknown = await release(environment(done), { commit: wanted }).catch((error: unknown) => error);
    expect([(failure as Error).message, done]).to.deep.equal([
      "8cf40f2: this checkout does not have both this commit and 1111111, which runs, so this may go backwards",
      [],
    ]);
  });

  it("answer the waiting run, and return the state of the environment", async () => {
    const done: { result?: unknown }[] = [];
    await approve(environment(done), "looks good");
    await reject(environment(done), "not on a Friday");
    const { approval } = await status(environment());
    expect([done.map(({ result }) => result), approval?.id]).to.deep.equal([
      [
        { status: "Approved", summary: "looks good" },
        { status: "Rejected", summary: "not on a Friday" },
      ],
      "1",
    ]);
  });

  it("read revisions newest first, page by page, and no more of them than are requested", async () => {
    const read = async (atMost: number) => {
      const found: string[] = [];
      for await (const { name } of revisions(environment(), "shop-staging")) {
        if (found.push(name) === atMost) break;
      }
      return found;
    };
    expect([await read(1), await read(9)]).to.deep.equal([
      ["shop-staging:3"],
      ["shop-staging:3", "shop-staging:2", "shop-staging:1"],
    ]);
  });

  it("roll back, verify what runs, and resume, each with the lock", async () => {
    const world = rollbackWorld({ "shop-staging": [{ commit: "aaaaaaa" }, { commit: "bbbbbbb" }] });
    const on: Environment = { names, clients: stubClients(world.answers) };
    const { plan, events } = await rollback(on, { pollSeconds: 0 });
    const kinds: string[] = [];
    const locked: boolean[] = [];
    for await (const { kind } of events) {
      kinds.push(kind);
      locked.push(world.parameters.versions.has(names.verbLock));
    }
    const [verdict] = await verify(on);
    const lifted = await resume(on);
    expect([plan.to, kinds, new Set(locked), verdict?.revision, verdict?.problems, lifted.hold]).to.deep.equal([
      "aaaaaaa",
      ["held", "closed", "pointed", "deployment", "deployment", "verified"],
      new Set([true]),
      "shop-staging:1",
      [],
      `rolled back to aaaaaaa by ${userInfo().username}`,
    ]);
    expect([world.closed, [...world.parameters.versions.keys()]]).to.deep.equal([undefined, []]);
  });

  it("pause releases, and refuse if someone else has closed Release", async () => {
    const world = rollbackWorld({ "shop-staging": [{ commit: "aaaaaaa" }] });
    const on: Environment = { names, clients: stubClients(world.answers) };
    await pause(on, "Friday");
    const paused = world.closed;
    world.closed = "audit";
    const failure: unknown = await pause(on, "Friday").catch((error: unknown) => error);
    expect([paused, (failure as Error).message.slice(0, 77)]).to.deep.equal([
      "Friday (compose-ecs-pipeline pause)",
      "shop-staging: Release was closed by arn:aws:iam::1:user/bob and stays closed:",
    ]);
  });

  it("return what the containers wrote, and start a command from what runs", async () => {
    const done: unknown[] = [];
    const more: Answers = {
      FilterLogEvents: () => ({
        events: [{ eventId: "1", timestamp: 0, logStreamName: "shop-staging/web/0123", message: "hello" }],
      }),
      DescribeServices: () => ({ services: [{ serviceName: "shop-staging", status: "ACTIVE" }] }),
      DescribeTaskDefinition: () => ({
        taskDefinition: { taskDefinitionArn: "a/shop-staging:2", containerDefinitions: [{ name: "web" }] },
      }),
      RunTask: () => ({ tasks: [{ taskArn: "a/4567" }] }),
    };
    const on = { names, clients: stubClients({ ...answers, ...more }, done) };
    const lines: unknown[] = [];
    for await (const { container, message } of logs(on)) lines.push([container, message]);
    const started = await run(on, ["rake"], { person: "mia" });
    const [{ startedBy, taskDefinition } = {}] = done as { startedBy?: string; taskDefinition?: string }[];
    expect([lines, started, startedBy, taskDefinition]).to.deep.equal([
      [["web", "hello"]],
      { task: "4567", left: undefined },
      "run/mia",
      "shop-staging:2",
    ]);
  });

  it("open a session on the given terminal, and pass its exit code on", async () => {
    const more: Answers = {
      DescribeServices: () => ({
        services: [{ status: "ACTIVE", enableExecuteCommand: true, taskDefinition: "a/shop-staging:2" }],
      }),
      ListTasks: () => ({ taskArns: ["a/0123"] }),
      DescribeTasks: () => ({ tasks: [{ taskArn: "a/0123", lastStatus: "RUNNING", enableExecuteCommand: true }] }),
      DescribeTaskDefinition: () => ({ taskDefinition: { containerDefinitions: [{ name: "web" }] } }),
    };
    const ran: unknown[] = [];
    const on = { names, clients: stubClients({ ...answers, ...more }) };
    const desk = {
      interactive: true,
      has: () => true,
      runHere: (...run: unknown[]) => Promise.resolve(ran.push(run) * 4),
    };
    const code = await exec(on, ["rails", "console"], { desk });
    const failure: unknown = await exec(on, [], { desk: { ...desk, interactive: false } }).catch(
      (error: unknown) => error,
    );
    expect([code, (failure as Error).message, ran]).to.deep.equal([
      4,
      "exec: this is not a terminal, and ECS Exec needs one; use `run -- COMMAND`",
      [
        [
          "aws",
          [
            ...["ecs", "execute-command", "--region", "eu-central-1", "--cluster", "shop-staging", "--task", "0123"],
            ...["--container", "web", "--interactive", "--command", "rails console"],
          ],
        ],
      ],
    ]);
  });

  it("check the given project for what is missing, topic by topic", async () => {
    const projectDirectory = mkdtempSync(join(tmpdir(), "doctor-"));
    try {
      cpSync("Pulumi.yaml", join(projectDirectory, "Pulumi.yaml"));
      const place = { projectDirectory, environment: { PATH: "/nowhere" } };
      const found: unknown[] = [];
      const clients = () => stubClients({});
      for await (const { name, checks } of doctor("staging", { place, clients })) {
        if (name === "credentials") break;
        found.push([name, checks.map(({ state, text }) => `${state}: ${text}`)]);
      }
      expect(found).to.deep.equal([
        [
          "tools",
          [
            "missing: node: it is not on the PATH, and `pulumi up` needs it; install Node 22.18 or newer",
            "missing: pulumi: it is not on the PATH; install the Pulumi CLI",
          ],
        ],
        [
          "stack",
          [
            "missing: Pulumi.staging.yaml: no configuration for stack staging; copy Pulumi.staging.yaml to it and set what differs",
            "skipped: Compose files: the settings name them",
            "skipped: stack staging: there is no pulumi on the PATH; install it",
          ],
        ],
      ]);
    } finally {
      rmSync(projectDirectory, { recursive: true });
    }
  });
});
