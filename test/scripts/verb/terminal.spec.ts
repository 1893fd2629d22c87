import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect } from "chai";
import { noParameter, type Answers } from "../../support/command-line.ts";
import { startFakeAws, type FakeAws } from "../../support/fake-aws.ts";
import { startTmux, type Tmux } from "../../support/tmux.ts";

const cli = `${process.execPath} test/support/real-cli.ts`;
const message =
  "Put the basket where people look for it, and not where it was easy to build, since nobody found it there";
const [stopped, started] = ["ecs-svc/7", "ecs-svc/8"];
const action = (stageName: string, actionName: string, status: string, error?: string) => ({
  actionExecutionId: `${stageName}-${actionName}`,
  stageName,
  actionName,
  status,
  input: { actionTypeId: { provider: actionName === "Deploy" ? "ECS" : "CodeBuild" } },
  output: { executionResult: { externalExecutionId: "shop-staging-migrate:b1", errorDetails: { message: error } } },
});
const stage = (stageName: string, ...names: readonly string[]) => ({
  stageName,
  actionStates: names.map((actionName) => ({ actionName })),
});
const deployment = (id: string, number: number, more: object) => ({
  id,
  taskDefinition: `task-definition/shop-staging:${number}`,
  desiredCount: 2,
  runningCount: 2,
  pendingCount: 0,
  ...more,
});

describe("a followed release", function () {
  this.timeout(60_000);
  let aws: FakeAws;
  let open: Tmux | undefined;
  /** The state of the run that is followed. */
  let run: { readonly status: string; readonly actions: readonly object[] };
  let starting: () => unknown;
  /** Returns the run in Release. */
  let inRelease: () => unknown;

  const deploying = {
    status: "InProgress",
    actions: [action("Release", "Deploy", "InProgress"), action("Release", "Migrate", "Succeeded")],
  };
  const failed = {
    status: "Failed",
    actions: [action("Release", "Migrate", "Failed", "Build terminated with state: FAILED")],
  };

  const answers: Answers = {
    GetPipelineState: async () => ({
      stageStates: [
        ...[stage("Source", "Source"), stage("Build", "Build")],
        { ...stage("Release", "Migrate", "Deploy", "Verify"), latestExecution: await inRelease() },
      ],
    }),
    DescribeAlarms: () => ({ MetricAlarms: [] }),
    GetPipeline: () => ({
      pipeline: { stages: [{ actions: [{ name: "Source", actionTypeId: { provider: "CodeCommit" } }] }] },
    }),
    DescribeTaskDefinition: () => ({
      taskDefinition: { containerDefinitions: [{ name: "web", image: "registry/shop/staging/web:1111111" }] },
    }),
    GetParameter: noParameter,
    StartPipelineExecution: () => starting(),
    GetPipelineExecution: () => ({
      pipelineExecution: {
        status: run.status,
        artifactRevisions: [{ revisionId: "8cf40f2d1e0b3a4c5d6e7f8091a2b3c4d5e6f708", revisionSummary: message }],
      },
    }),
    ListActionExecutions: () => ({ actionExecutionDetails: run.actions }),
    DescribeServices: () => ({
      services: [
        {
          serviceName: "shop-staging",
          taskDefinition: "task-definition/shop-staging:8",
          desiredCount: 2,
          deployments: [
            deployment(started, 8, {
              status: "PRIMARY",
              rolloutState: "IN_PROGRESS",
              runningCount: 1,
              pendingCount: 1,
            }),
            deployment(stopped, 7, { status: "ACTIVE", rolloutState: "COMPLETED" }),
          ],
        },
      ],
    }),
    GetLogEvents: () => ({ events: [{ message: "PG::UndefinedColumn: column is gone\n" }] }),
  };

  beforeEach(async () => {
    run = deploying;
    starting = () => ({ pipelineExecutionId: "42" });
    inRelease = () => undefined;
    aws = await startFakeAws(answers);
  });
  afterEach(async () => {
    open?.close();
    open = undefined;
    await aws.close();
  });

  /** A shell in a terminal for the command line. */
  function terminalOf(columns: number, more: Readonly<Record<string, string>> = {}): Tmux {
    open = startTmux(columns, { ...aws.environment, ...more });
    return open;
  }

  const title = "shop-staging: run 42, in progress";
  const drawing = [
    "",
    "  Source",
    "  Build",
    "  Migrate  done",
    "  Deploy   runs",
    "  Verify",
    "",
    "  shop-staging",
    "    new  shop-staging:8  1 of 2 run, 1 starting",
    "    old  shop-staging:7  2 of 2 run",
  ];
  const fitted = (columns: number) => `8cf40f2 ${message}`.slice(0, columns - 3) + "...";
  const goesOn =
    "shop-staging: run 42 goes on without you; `npm run release -- status --stack staging` shows its state";

  it("is drawn in the terminal's width, again when that changes, and leaves the terminal as it was at Ctrl-C", async () => {
    const terminal = terminalOf(80);
    terminal.type(`${cli} release --stack staging --follow`);
    expect(await terminal.shows(/old {2}shop-staging:7/)).to.deep.equal([title, fitted(80), ...drawing]);
    expect(terminal.modes()).to.deep.equal({ alternate: true, cursor: false });
    terminal.resize(50);
    expect(await terminal.shows(/^8cf40f2 .{39}\.\.\.$/)).to.deep.equal([title, fitted(50), ...drawing]);
    terminal.resize(120);
    await terminal.shows(/nobody found it there$/);
    terminal.press("C-c");
    const after = await terminal.shows(/goes on without you/);
    const last = after.lastIndexOf(title);
    expect(after.slice(last, last + 13).map((line) => line.trimEnd())).to.deep.equal([
      title,
      `8cf40f2 ${message}`,
      ...drawing,
      goesOn,
    ]);
    expect(terminal.modes()).to.deep.equal({ alternate: false, cursor: true });
    terminal.type("echo exit $?");
    // The shell may not have been ready when this was typed; then its prompt comes in between.
    await terminal.shows(/^(# )?exit 130$/);
  });

  it("is drawn at 120 columns, without colours if NO_COLOR is set, and ends with the reason and the log's last lines", async () => {
    const terminal = terminalOf(120, { NO_COLOR: "1" });
    terminal.type(`clear; ${cli} release --stack staging --follow; echo exit $?`);
    expect(await terminal.shows(/old {2}shop-staging:7/)).to.deep.equal([title, `8cf40f2 ${message}`, ...drawing]);
    run = failed;
    const lines = await terminal.shows(/^exit/);
    expect(lines.slice(lines.indexOf("shop-staging: run 42, Failed"), -1)).to.deep.equal([
      ...["shop-staging: run 42, Failed", `8cf40f2 ${message}`, "", "  Source", "  Build"],
      ...["  Migrate  failed: Build terminated with state: FAILED", "  Deploy", "  Verify"],
      "Release, Migrate: failed: Build terminated with state: FAILED",
      "run 42: Failed",
      ...["--- last log lines of Migrate", "PG::UndefinedColumn: column is gone", "exit 3"],
    ]);
    expect(terminal.modes()).to.deep.equal({ alternate: false, cursor: true });
  });

  it("takes Ctrl-C and Ctrl-D as no when it asks", async () => {
    const terminal = terminalOf(80);
    for (const key of ["C-c", "C-d"]) {
      terminal.type(`clear; ${cli} release --stack staging --commit ${"a".repeat(40)}; echo exit $?`);
      await terminal.shows(/release it\? \[y\/N\]/);
      terminal.press(key);
      const lines = await terminal.shows(/^exit/);
      expect(lines.slice(-3, -1), key).to.deep.equal(["release: nothing was done", "exit 1"]);
    }
    expect(aws.asked).not.to.include("StartPipelineExecution");
  });

  /** Runs the command line without a terminal; `until` says when it gets a signal, and which one. */
  async function piped(until: { readonly line?: RegExp; readonly asked?: string; readonly signal: NodeJS.Signals }) {
    const args = ["test/support/real-cli.ts", "release", "--stack", "staging", "--follow"];
    const child = spawn(process.execPath, args, { env: { ...process.env, ...aws.environment } });
    const [out, err] = [[] as string[], [] as string[]];
    const gone = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out.push(text);
      if (until.line?.test(text) === true) child.kill(until.signal);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text));
    const watch = setInterval(() => {
      if (until.asked !== undefined && aws.asked.includes(until.asked)) child.kill(until.signal);
    }, 5);
    const [code, signal] = await gone;
    clearInterval(watch);
    return { ended: code ?? signal, out: out.join("").trimEnd().split("\n"), err: err.join("").trimEnd() };
  }
  const told = [
    "shop-staging: run 42 starts with the newest revision of its source",
    `Source: 8cf40f2 ${message}`,
    "Release, Migrate: done",
    "Release, Deploy: begins",
    "shop-staging: shop-staging:8 IN_PROGRESS; shop-staging:7 COMPLETED; 2 task(s) wanted",
  ];

  it("is printed in whole lines without a terminal, and a lost terminal ends it as Ctrl-C does", async () => {
    const line = /IN_PROGRESS/;
    expect(await piped({ line, signal: "SIGHUP" })).to.deep.equal({ ended: 130, out: told, err: goesOn });
  });

  it("continues after the verb was killed and can be started again; a verb killed before the start has started nothing", async () => {
    const never = new Promise<never>(() => undefined);
    const kill = (asked: string) => piped({ asked, signal: "SIGKILL" });
    inRelease = () => never;
    const looking = await kill("GetPipelineState");
    expect([looking.ended, aws.asked.includes("StartPipelineExecution")]).to.deep.equal(["SIGKILL", false]);

    inRelease = () => undefined;
    starting = () => never;
    expect((await kill("StartPipelineExecution")).ended).to.equal("SIGKILL");

    inRelease = () => ({ pipelineExecutionId: "41", status: "InProgress" });
    starting = () => ({ pipelineExecutionId: "42" });
    const following = await piped({ line: /IN_PROGRESS/, signal: "SIGKILL" });
    run = { status: "Succeeded", actions: [action("Release", "Deploy", "Succeeded")] };
    const again = await piped({ signal: "SIGTERM" });
    const waits = "run 41 is in Release; the new one waits for it";
    expect([following.ended, following.out, again]).to.deep.equal([
      "SIGKILL",
      [waits, ...told],
      {
        ended: 0,
        out: [waits, ...told.slice(0, 2), "Release, Deploy: done", "run 42: Succeeded"],
        err: "",
      },
    ]);
  });
});
