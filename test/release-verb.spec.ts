import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import type { ECSClient } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { run } from "../scripts/cli.ts";
import { gitIn } from "../scripts/git.ts";

const registry = "000000000000.dkr.ecr.us-east-1.amazonaws.com/shop/staging";
const unknown = "0123456789abcdef0123456789abcdef01234567";

/** A pipeline as GetPipeline tells it, with two ECS services. */
const pipelineOf = (provider: string) => ({
  pipeline: {
    stages: [
      { name: "Source", actions: [{ name: "Source", actionTypeId: { category: "Source", provider } }] },
      {
        name: "Release",
        actions: ["", "-worker"].map((suffix) => ({
          name: `Deploy${suffix}`,
          actionTypeId: { category: "Deploy", provider: "ECS" },
          configuration: { ClusterName: "shop-staging", ServiceName: `shop-staging${suffix}` },
        })),
      },
    ],
  },
});

interface World {
  /** Tags of the images that run, by service; a service that is left out has no task. */
  readonly running?: Readonly<Record<string, readonly string[]>>;
  readonly provider?: string;
  readonly runs?: readonly object[];
  readonly reply?: string;
  /** What a run becomes, look by look: its status, and its actions. */
  readonly looks?: readonly {
    readonly status: string;
    readonly summary?: string;
    readonly actions: readonly object[];
  }[];
}

describe("npm run release -- release", () => {
  let folder: string;
  const commits: Record<string, string> = {};
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-C", folder, "-c", "user.name=A", "-c", "user.email=a@example.com", ...args], {
      encoding: "utf8",
      stdio: "pipe",
    }).trim();
  const short = (name: string) => commits[name]?.slice(0, 7) ?? "";

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "release-"));
    git("init", "--quiet", "--initial-branch", "main");
    for (const name of ["first", "second", "third"]) {
      git("commit", "--quiet", "--allow-empty", "--message", name);
      commits[name] = git("rev-parse", "HEAD");
    }
    git("checkout", "--quiet", "-b", "side", short("first"));
    git("commit", "--quiet", "--allow-empty", "--message", "aside");
    commits["aside"] = git("rev-parse", "HEAD");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs a command line for the pipeline shop-staging; the second commit runs unless it is told otherwise. */
  async function release(args: string, world: World = {}) {
    const {
      running = { "shop-staging": [short("second")] },
      provider = "CodeStarSourceConnection",
      looks = [],
    } = world;
    const [out, err, started] = [[] as string[], [] as string[], [] as unknown[]];
    let look = 0;
    const answers: Record<string, (input: Record<string, unknown>) => unknown> = {
      GetPipelineCommand: () => pipelineOf(provider),
      ListPipelineExecutionsCommand: () => ({ pipelineExecutionSummaries: world.runs ?? [] }),
      StartPipelineExecutionCommand: (input) => {
        started.push(input);
        return { pipelineExecutionId: "run-1" };
      },
      GetPipelineExecutionCommand: () => {
        const { status, summary } = looks[look] ?? { status: "Succeeded" };
        return { pipelineExecution: { status, statusSummary: summary } };
      },
      ListActionExecutionsCommand: () => ({ actionExecutionDetails: looks[look++]?.actions ?? [] }),
      DescribeServicesCommand: () => ({
        services: ["shop-staging", "shop-staging-worker"].map((name) => ({
          status: "ACTIVE",
          desiredCount: running[name] === undefined ? 0 : 1,
          taskDefinition: name,
        })),
      }),
      DescribeTaskDefinitionCommand: ({ taskDefinition }) => ({
        taskDefinition: {
          containerDefinitions: [
            ...(running[String(taskDefinition)] ?? []).map((tag) => ({ image: `${registry}/web:${tag}` })),
            { image: "redis:7" },
          ],
        },
      }),
    };
    const send = (command: { readonly input: object; readonly constructor: { readonly name: string } }) =>
      Promise.resolve().then(() => answers[command.constructor.name]?.(command.input as Record<string, unknown>));
    const code = await run(args.split(" "), {
      say: (line) => out.push(line),
      warn: (line) => err.push(line),
      ask: world.reply === undefined ? undefined : () => Promise.resolve(world.reply ?? ""),
      locate: () => Promise.reject(new Error("the pipeline is given")),
      // The paginators ask whose client they are given.
      client: () => Object.assign(Object.create(CodePipelineClient.prototype) as CodePipelineClient, { send }),
      ecs: () => ({ send }) as unknown as ECSClient,
      git: gitIn(folder),
      pause: () => Promise.resolve(),
    });
    return { code, out, err, started };
  }

  const command = "release --pipeline shop-staging";
  const chosen = (revisionValue: string | undefined) => [
    { name: "shop-staging", sourceRevisions: [{ actionName: "Source", revisionType: "COMMIT_ID", revisionValue }] },
  ];

  it("starts a run of the newest commit without a question", async () => {
    expect(await release(command)).to.deep.equal({
      code: 0,
      out: ["shop-staging: run run-1 releases the newest commit of its source"],
      err: [],
      started: [{ name: "shop-staging" }],
    });
  });

  it("starts a run of a chosen commit that comes after what runs, by any name the checkout has for it", async () => {
    for (const name of [short("third"), "main"]) {
      expect(await release(`${command} --commit ${name}`)).to.deep.equal({
        code: 0,
        out: [`shop-staging: run run-1 releases ${short("third")}`],
        err: [],
        started: chosen(commits["third"]),
      });
    }
  });

  it("asks before it releases an ancestor of what runs, and says what would be taken back", async () => {
    const running = { "shop-staging": [short("third")], "shop-staging-worker": [short("third")] };
    const told = [
      `shop-staging: ${short("first")} is older than ${short("third")}, which runs; it lacks:\n  ${short("third")} third\n  ${short("second")} second`,
    ];
    const older = `${command} --commit ${short("first")}`;
    expect(await release(older, { running })).to.deep.equal({
      code: 1,
      out: told,
      err: ["release: nobody is there to ask; give --yes"],
      started: [],
    });
    expect(await release(older, { running, reply: "n" })).to.deep.equal({
      code: 1,
      out: told,
      err: ["release: nothing was done"],
      started: [],
    });
    const done = [...told, `shop-staging: run run-1 releases ${short("first")}`];
    const started = chosen(commits["first"]);
    expect(await release(older, { running, reply: "y" })).to.deep.equal({ code: 0, out: done, err: [], started });
    expect(await release(`${older} --yes`, { running })).to.deep.equal({ code: 0, out: done, err: [], started });
  });

  it("asks for a commit of another branch, one that runs already, one under way, and one nobody here knows", async () => {
    const runs = [
      { pipelineExecutionId: "run-0", status: "InProgress", sourceRevisions: [{ revisionId: commits["third"] }] },
    ];
    const doubts = [];
    for (const [name, world] of [
      ["side", {}],
      ["main~1", {}],
      ["main", { runs }],
      [unknown, {}],
      ["main", { running: { "shop-staging": ["7654321"] } }],
    ] as const) {
      const { out, err, started } = await release(`${command} --commit ${name}`, world);
      expect([err, started]).to.deep.equal([["release: nobody is there to ask; give --yes"], []]);
      doubts.push(out);
    }
    expect(doubts).to.deep.equal([
      [
        `shop-staging: ${short("aside")} is on another branch than ${short("second")}, which runs; it lacks:\n  ${short("second")} second`,
      ],
      [`shop-staging: ${short("second")} runs already`],
      ["shop-staging: run run-0 of this commit is under way"],
      [
        `shop-staging: ${short("second")} runs, and this checkout does not know whether 0123456 comes before or after it`,
      ],
      [
        `shop-staging: 7654321 runs, and this checkout does not know whether ${short("third")} comes before or after it`,
      ],
    ]);
  });

  it("says with --dry-run what it would do, doubts included, and does nothing", async () => {
    expect(await release(`${command} --commit main~1 --dry-run`)).to.deep.equal({
      code: 0,
      out: [`shop-staging: ${short("second")} runs already`, `shop-staging: would release ${short("second")}`],
      err: [],
      started: [],
    });
  });

  it("has no doubt before the first release", async () => {
    const { out, started } = await release(`${command} --commit main~2`, { running: {} });
    expect([out, started]).to.deep.equal([
      [`shop-staging: run run-1 releases ${short("first")}`],
      chosen(commits["first"]),
    ]);
  });

  it("refuses a commit that this checkout has not, and one of a source without commits", async () => {
    const refusals = [];
    for (const [name, world] of [
      ["7654321", {}],
      ["main", { provider: "S3" }],
      ["main", { provider: "ECR" }],
    ] as const) {
      const { code, err, started } = await release(`${command} --commit ${name}`, world);
      refusals.push([code, err, started]);
    }
    expect(refusals).to.deep.equal([
      [1, ["--commit 7654321: this checkout has no such commit; fetch it, or give all 40 digits"], []],
      [1, ["--commit main: the source Source (S3) has no commits; see docs/operations.md, S3_OBJECT_VERSION_ID"], []],
      [1, ["--commit main: the source Source (ECR) has no commits; see docs/operations.md, IMAGE_DIGEST"], []],
    ]);
  });

  it("follows the run to its end with --follow: each change once, and a failure is one", async () => {
    const action = (actionName: string, status: string, message?: string) => ({
      actionExecutionId: actionName,
      stageName: actionName === "Source" ? "Source" : "Release",
      actionName,
      status,
      startTime: new Date(actionName === "Source" ? 0 : 1),
      output: { executionResult: { errorDetails: { message } } },
    });
    const begun = [action("Migrate", "InProgress"), action("Source", "Succeeded")];
    const looks = [
      { status: "InProgress", actions: begun },
      { status: "InProgress", actions: begun },
      {
        status: "Failed",
        actions: [action("Migrate", "Failed", "migrate: exit code 1"), action("Source", "Succeeded")],
      },
    ];
    const start = "shop-staging: run run-1 releases the newest commit of its source";
    expect(await release(`${command} --follow`, { looks })).to.deep.equal({
      code: 1,
      out: [
        start,
        "Source Source Succeeded",
        "Release Migrate InProgress",
        "Release Migrate Failed: migrate: exit code 1",
        "run Failed",
      ],
      err: ["shop-staging: run run-1 has not released the newest commit of its source"],
      started: [{ name: "shop-staging" }],
    });
    const stopped = [{ status: "Stopped", summary: "ECS ended the deployment", actions: [] }];
    const ended = await release(`${command} --follow`, { looks: stopped });
    expect([ended.code, ended.out]).to.deep.equal([1, [start, "run Stopped: ECS ended the deployment"]]);
    const good = await release(`${command} --follow`, { looks: [{ status: "Succeeded", actions: [] }] });
    expect([good.code, good.out]).to.deep.equal([0, [start, "run Succeeded"]]);
  });

  it("takes no option of another verb", async () => {
    const { code, err } = await release(`${command} --summary now`);
    expect([code, err[0]]).to.deep.equal([2, "release takes no --summary"]);
  });
});
