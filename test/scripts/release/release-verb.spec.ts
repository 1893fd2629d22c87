import { expect } from "chai";
import { commandLine, awsError, noParameter, type Answers, type CommandWorld } from "../../support/command-line.ts";

const wanted = "8cf40f2d1e0b3a4c5d6e7f8091a2b3c4d5e6f708";
const running = { repository: "registry/shop/staging/web", tag: "1111111" };

/** A pipeline without a run in progress, and a service that runs a commit. */
const answers: Answers = {
  GetPipelineState: () => ({ stageStates: [{ stageName: "Source" }, { stageName: "Release" }] }),
  GetParameter: noParameter,
  DescribeAlarms: () => ({ MetricAlarms: [] }),
  GetPipeline: () => ({
    pipeline: { stages: [{ actions: [{ name: "Source", actionTypeId: { provider: "CodeStarSourceConnection" } }] }] },
  }),
  DescribeServices: () => ({
    services: [
      {
        serviceName: "shop-staging",
        taskDefinition: "arn:aws:ecs:r:1:task-definition/shop-staging:7",
        desiredCount: 1,
      },
    ],
  }),
  DescribeTaskDefinition: () => ({
    taskDefinition: {
      containerDefinitions: [
        { name: "proxy", image: "nginx:1" },
        { name: "web", image: `${running.repository}:${running.tag}` },
      ],
    },
  }),
  StartPipelineExecution: () => ({ pipelineExecutionId: "42" }),
};
const git: CommandWorld["git"] = {
  resolve: (commit) => Promise.resolve(commit === "8cf4" ? wanted : undefined),
  between: () => Promise.resolve([]),
};
const backwards: CommandWorld["git"] = { ...git, between: () => Promise.resolve(["1111111 Add the basket"]) };
const started = {
  name: "shop-staging",
  sourceRevisions: [{ actionName: "Source", revisionType: "COMMIT_ID", revisionValue: wanted }],
};
const goesBackwards = [
  "8cf40f2 goes backwards: 1111111 runs, and 1 commit(s) of it are not in 8cf40f2:",
  "  1111111 Add the basket",
];

describe("npm run release -- release", () => {
  it("starts a run of the newest revision", async () => {
    expect(await commandLine("release --stack staging", { answers })).to.deep.equal({
      code: 0,
      out: ["shop-staging: run 42 starts with the newest revision of its source"],
      err: [],
      done: ["eu-central-1", { name: "shop-staging", sourceRevisions: undefined }],
    });
  });

  it("says which alarms are in ALARM already, since ECS then watches none", async () => {
    const ringing = { ...answers, DescribeAlarms: () => ({ MetricAlarms: [{ AlarmName: "shop-staging-errors" }] }) };
    expect((await commandLine("release --stack staging", { answers: ringing })).out).to.deep.equal([
      "already in ALARM: shop-staging-errors; ECS does not watch a service's alarms if one of them is in ALARM when its deployment starts, so only the circuit breaker can roll this release back",
      "shop-staging: run 42 starts with the newest revision of its source",
    ]);
  });

  it("starts a run of a commit that is given short", async () => {
    expect(await commandLine("release --stack staging --commit 8cf4", { answers, git })).to.deep.equal({
      code: 0,
      out: [`shop-staging: run 42 starts with ${wanted}`],
      err: [],
      done: ["eu-central-1", started],
    });
  });

  it("asks before it goes backwards, and shows what would be lost", async () => {
    const command = "release --stack staging --commit 8cf4";
    const world = { answers, git: backwards };
    const question = "release it? [y/N] ";
    expect([
      await commandLine(command, { ...world, reply: "y" }),
      await commandLine(command, { ...world, reply: "n" }),
      await commandLine(command, world),
      await commandLine(`${command} --yes`, world),
    ]).to.deep.equal([
      {
        code: 0,
        out: [...goesBackwards, `shop-staging: run 42 starts with ${wanted}`],
        err: [],
        done: ["eu-central-1", question, started],
      },
      { code: 1, out: goesBackwards, err: ["release: nothing was done"], done: ["eu-central-1", question] },
      { code: 1, out: goesBackwards, err: ["release: there is no one to ask; give --yes"], done: ["eu-central-1"] },
      {
        code: 0,
        out: [...goesBackwards, `shop-staging: run 42 starts with ${wanted}`],
        err: [],
        done: ["eu-central-1", started],
      },
    ]);
  });

  it("prints what it would start in a dry run, and starts nothing", async () => {
    const command = "release --stack staging --commit 8cf4 --dry-run";
    expect(await commandLine(command, { answers, git: backwards })).to.deep.equal({
      code: 0,
      out: [...goesBackwards, `shop-staging: would start with ${wanted}`],
      err: [],
      done: ["eu-central-1"],
    });
  });

  it("finds the commit of an image that `up` took by digest", async () => {
    const digest = `${running.repository}@sha256:abc`;
    const seen = await commandLine("release --stack staging --commit 8cf4 --dry-run", {
      git,
      answers: {
        ...answers,
        DescribeTaskDefinition: () => ({ taskDefinition: { containerDefinitions: [{ name: "web", image: digest }] } }),
        DescribeImages: (input: object) => {
          expect(input).to.deep.equal({
            repositoryName: "shop/staging/web",
            imageIds: [{ imageDigest: "sha256:abc" }],
          });
          return { imageDetails: [{ imageTags: ["latest", "8cf40f2"] }] };
        },
      },
    });
    expect(seen.out).to.deep.equal(["8cf40f2 runs already", `shop-staging: would start with ${wanted}`]);
  });

  it("refuses a commit that the checkout does not know, unless all its digits are given", async () => {
    const unknown = await commandLine("release --stack staging --commit 9999 --dry-run", { answers });
    const full = await commandLine(`release --stack staging --commit ${wanted} --dry-run`, { answers });
    expect([unknown.code, unknown.err, full.code, full.out]).to.deep.equal([
      1,
      ["--commit 9999: this checkout does not know it; fetch it, or give all 40 digits"],
      0,
      [
        "8cf40f2: this checkout does not have both this commit and 1111111, which runs, so this may go backwards",
        `shop-staging: would start with ${wanted}`,
      ],
    ]);
  });

  it("says in a line that credentials have expired, and starts nothing", async () => {
    const expired = () => {
      throw awsError("ExpiredTokenException", "The security token included in the request is expired");
    };
    expect(
      await commandLine("release --stack staging", { answers: { ...answers, GetPipelineState: expired } }),
    ).to.deep.equal({
      code: 1,
      out: [],
      err: ["credentials: The security token included in the request is expired; log in to AWS again"],
      done: ["eu-central-1"],
    });
  });

  it("says that a run may have been started if AWS does not answer, and nothing of it if AWS refuses", async () => {
    const failing = async (error: Error) =>
      (
        await commandLine("release --stack staging", {
          answers: {
            ...answers,
            StartPipelineExecution: () => {
              throw error;
            },
          },
        })
      ).err;
    const refused = Object.assign(awsError("ThrottlingException", "Rate exceeded"), {
      $metadata: { httpStatusCode: 400 },
    });
    expect([await failing(awsError("TimeoutError", "")), await failing(refused)]).to.deep.equal([
      [
        "shop-staging: it is not known whether a run was started; `npm run release -- status --stack staging` shows what is in progress",
        "AWS: it cannot be reached (TimeoutError); check the network and the proxy, then try again",
      ],
      ["AWS: too many requests (Rate exceeded); wait a minute, then try again"],
    ]);
  });

  /** A world in which a started run ends at once. */
  const ending = (status: string, actions: readonly object[], project = "shop-staging-migrate"): CommandWorld => ({
    answers: {
      ...answers,
      GetPipelineExecution: () => ({ pipelineExecution: { status } }),
      ListActionExecutions: () => ({ actionExecutionDetails: actions }),
      GetLogEvents: (input: object) => {
        expect(input).to.deep.equal({
          logGroupName: `/aws/codebuild/${project}`,
          logStreamName: "b1",
          limit: 20,
        });
        return { events: [{ message: "column is gone\n" }, { message: "migrate: exit code 1\n" }] };
      },
    },
  });
  const step = (actionName: string, status: string) => ({
    actionExecutionId: actionName,
    stageName: "Release",
    actionName,
    status,
    input: { actionTypeId: { provider: "CodeBuild" } },
    output: { executionResult: { externalExecutionId: `shop-staging-${actionName.toLowerCase()}:b1` } },
  });
  const migrate = (status: string) => step("Migrate", status);
  const begun = "shop-staging: run 42 starts with the newest revision of its source";

  it("follows a run to its end: 0 if it succeeds, 3 and the end of the log if it does not", async () => {
    const done = ["eu-central-1", { name: "shop-staging", sourceRevisions: undefined }];
    const command = "release --stack staging --follow";
    const failed = ["run 42: Failed", "--- last log lines of Migrate", "column is gone", "migrate: exit code 1"];
    const seen = await commandLine(command, ending("Failed", [migrate("Failed")]));
    expect([
      await commandLine(command, ending("Succeeded", [migrate("Succeeded")])),
      { ...seen, out: [...seen.out, ...seen.err], err: [] },
    ]).to.deep.equal([
      { code: 0, out: [begun, "Release, Migrate: done", "run 42: Succeeded"], err: [], done },
      { code: 3, out: [begun, "Release, Migrate: failed", ...failed], err: [], done },
    ]);
  });

  it("shows the end of Verify's log if Verify has stopped the run, which leaves it Abandoned", async () => {
    const actions = [step("Verify", "Abandoned"), migrate("Succeeded")];
    const seen = await commandLine(
      "release --stack staging --follow",
      ending("Stopped", actions, "shop-staging-verify"),
    );
    expect([seen.code, seen.out.at(-1), seen.err[0]]).to.deep.equal([
      3,
      "run 42: Stopped",
      "--- last log lines of Verify",
    ]);
  });

  it("shows the ECS services also while only Verify runs, which starts the tasks of a first release", async () => {
    let looks = 0;
    const { answers: known = {} } = ending("InProgress", []);
    const service = { serviceName: "shop-staging", status: "ACTIVE", desiredCount: 2 };
    const deployment = { id: "1", taskDefinition: "a/shop-staging:2", rolloutState: "COMPLETED", status: "PRIMARY" };
    const seen = await commandLine("release --stack staging --follow", {
      answers: {
        ...known,
        GetPipelineExecution: () => ({ pipelineExecution: { status: looks > 1 ? "Succeeded" : "InProgress" } }),
        ListActionExecutions: () => {
          looks += 1;
          return { actionExecutionDetails: [step("Verify", looks > 1 ? "Succeeded" : "InProgress")] };
        },
        DescribeServices: () => ({ services: [{ ...service, deployments: [deployment] }] }),
      },
    });
    expect(seen.out.slice(1)).to.deep.equal([
      "Release, Verify: begins",
      "shop-staging: shop-staging:2 COMPLETED; 2 task(s) wanted",
      "Release, Verify: done",
      "run 42: Succeeded",
    ]);
  });

  it("lets a run continue at Ctrl-C, and says how to see its state", async () => {
    const interrupted = new AbortController();
    const { answers: known = {} } = ending("InProgress", [migrate("InProgress")]);
    const seen = await commandLine("release --stack staging --follow", {
      answers: known,
      interruption: interrupted.signal,
      onPause: () => {
        interrupted.abort();
      },
    });
    expect([seen.code, seen.out, seen.err]).to.deep.equal([
      130,
      [begun, "Release, Migrate: begins"],
      ["shop-staging: run 42 goes on without you; `npm run release -- status --stack staging` shows its state"],
    ]);
  });

  it("says that the run continues if AWS no longer answers", async () => {
    const { answers: known = {} } = ending("InProgress", []);
    const slow = () => {
      throw awsError("ThrottlingException", "Rate exceeded");
    };
    const seen = await commandLine("release --stack staging --follow", {
      answers: { ...known, ListActionExecutions: slow },
    });
    expect([seen.code, seen.out, seen.err]).to.deep.equal([
      1,
      [begun],
      [
        "shop-staging: run 42 goes on without you; `npm run release -- status --stack staging` shows its state",
        "AWS: too many requests (Rate exceeded); wait a minute, then try again",
      ],
    ]);
  });
});
