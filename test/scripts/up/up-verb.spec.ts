import { expect } from "chai";
import { NotUp } from "../../../scripts/pulumi/stack-names.ts";
import { commandLine, type Answers, type CommandWorld } from "../../support/command-line.ts";
import { parameterStore } from "../../support/parameters.ts";
import { playedProject, step, warning, type Operations } from "../../support/project.ts";

const types = {
  service: "aws:ecs/service:Service",
  definition: "aws:ecs/taskDefinition:TaskDefinition",
  pipeline: "aws:codepipeline/pipeline:Pipeline",
};
const containers = (level: string) => ({
  inputs: {
    containerDefinitions: JSON.stringify([
      { name: "web", image: "registry/web:abc1234", environment: [{ name: "LEVEL", value: level }] },
    ]),
  },
});
/** A changed template: a new revision, and the service that rolls over to it. */
const rolled = [
  step("create-replacement", types.definition, { old: containers("info"), new: containers("debug") } as never),
  step("update", types.service),
];
const told = [
  "replaced: task definition shop-staging",
  "  container web: LEVEL info → debug",
  "  with image web:abc1234",
];
const sum = [
  "1 updated: service shop-staging",
  "1 replaced: task definition shop-staging",
  "shop-staging: rolls out a new revision with image web:abc1234",
];
const planned = [
  "would be",
  ...told.map((line) => `  ${line}`),
  "  updated: service shop-staging",
  "in sum",
  ...sum.map((line) => `  ${line}`),
];

interface World {
  readonly operations?: Operations;
  readonly answers?: Answers;
  readonly reply?: string;
  readonly project?: CommandWorld["project"];
  readonly locate?: CommandWorld["locate"];
  readonly interruption?: AbortSignal;
  readonly onPause?: () => void;
}

const stage = (stageName: string, id?: string, more: object = {}) => ({
  stageName,
  ...(id !== undefined && { latestExecution: { pipelineExecutionId: id, status: "InProgress" } }),
  ...more,
});
const pipelineOf = (...stageStates: readonly object[]): Answers => ({ GetPipelineState: () => ({ stageStates }) });
const quiet = pipelineOf(stage("Source"), stage("Release"));
const oneService = {
  DescribeServices: () => ({
    services: [
      {
        ...{ serviceName: "shop-staging", taskDefinition: "a/shop-staging:5", desiredCount: 1 },
        deployments: [{ id: "ecs-svc/1", status: "PRIMARY", rolloutState: "COMPLETED" }],
      },
    ],
  }),
};

/** A deployment that is there at the second look at the list, and then goes through these states. */
function deployment(...states: readonly object[]): Answers {
  let looks = 0;
  let lists = 0;
  return {
    ListServiceDeployments: () => ({
      serviceDeployments: [
        { serviceDeploymentArn: "d/old", status: "SUCCESSFUL", createdAt: new Date(1) },
        ...((lists += 1) > 1 ? [{ serviceDeploymentArn: "d/new", createdAt: new Date(2) }] : []),
      ],
    }),
    DescribeServiceDeployments: ({ serviceDeploymentArns }: { readonly serviceDeploymentArns: readonly string[] }) => {
      expect(serviceDeploymentArns).to.deep.equal(["d/new"]);
      const state = states[Math.min(looks, states.length - 1)];
      looks += 1;
      return {
        serviceDeployments: [
          {
            ...{ serviceDeploymentArn: "d/new", serviceArn: "s/shop-staging", targetServiceRevision: { arn: "r/6" } },
            ...state,
          },
        ],
      };
    },
    DescribeServiceRevisions: () => ({
      serviceRevisions: [{ serviceRevisionArn: "r/6", taskDefinition: "t/shop-staging:6" }],
    }),
  };
}

/** Runs a command line of a stack that was brought up before; says which operations were run, in `ran`. */
async function up(args: string, world: World = {}) {
  const ran: unknown[] = [];
  const store = parameterStore();
  const { code, out, err, done } = await commandLine(`up --stack staging${args}`, {
    ...world,
    answers: {
      ...quiet,
      ...oneService,
      ...store.answers,
      DisableStageTransition: () => ({}),
      EnableStageTransition: () => ({}),
      ...deployment({ status: "SUCCESSFUL" }),
      ...world.answers,
    },
    project: { ...playedProject(world.operations ?? {}, ran), ...world.project },
  });
  const questions = done.filter((one) => typeof one === "string" && one.includes(":") && one.startsWith("up"));
  // Whatever happens, nobody is kept out afterwards.
  expect([...store.versions.keys()]).to.deep.equal([]);
  return { code, out, err, ran, questions, done };
}

const brief = ({ code, err, ran }: Awaited<ReturnType<typeof up>>) => ({ code, err, ran });

describe("npm run release -- up", () => {
  it("says what would change, does it, and follows the deployment that it started to its end", async () => {
    const seen = await up("", {
      operations: { preview: rolled, up: rolled },
      answers: deployment({ status: "IN_PROGRESS" }, { status: "IN_PROGRESS" }, { status: "SUCCESSFUL" }),
    });
    expect([seen.code, seen.err, seen.ran, seen.questions]).to.deep.equal([0, [], ["preview", "up"], []]);
    expect(seen.out).to.deep.equal([
      ...planned,
      "replaced: task definition shop-staging",
      "updated: service shop-staging",
      "shop-staging: deployment new of shop-staging:6: IN_PROGRESS",
      "shop-staging: deployment new of shop-staging:6: SUCCESSFUL",
      ...sum,
    ]);
  });

  it("fails with ECS's reason, why the tasks ended and their last log lines when ECS takes its revision back", async () => {
    const breaker = { failureCount: 3 };
    const seen = await up(" --yes", {
      operations: { up: rolled },
      answers: {
        ...deployment(
          { status: "IN_PROGRESS", deploymentCircuitBreaker: { failureCount: 1 } },
          {
            ...{ status: "ROLLBACK_SUCCESSFUL", deploymentCircuitBreaker: breaker },
            rollback: { reason: "circuit breaker" },
          },
        ),
        ListTasks: () => ({ taskArns: ["k/1", "k/2"] }),
        DescribeTasks: () => ({
          tasks: [
            {
              ...{ taskArn: "k/1", taskDefinitionArn: "t/shop-staging:6", stoppedReason: "Essential container exited" },
              containers: [{ name: "web", exitCode: 1 }],
            },
            { taskArn: "k/2", taskDefinitionArn: "t/shop-staging:5", stoppedReason: "Scaling" },
          ],
        }),
        GetLogEvents: (input: object) => {
          expect(input).to.deep.equal({
            ...{ logGroupName: "/ecs/shop-staging", logStreamName: "shop-staging/web/1", limit: 20 },
          });
          return { events: [{ message: "LEVEL is not one of info, warn\n" }] };
        },
      },
    });
    expect([seen.code, seen.out.slice(-5), seen.err]).to.deep.equal([
      3,
      [
        "shop-staging: deployment new of shop-staging:6: IN_PROGRESS, 1 task(s) failed",
        "shop-staging: deployment new of shop-staging:6: ROLLBACK_SUCCESSFUL, 3 task(s) failed (circuit breaker)",
        ...sum,
      ],
      [
        "task 1: Essential container exited; web: exit code 1",
        "--- last log lines of web",
        "LEVEL is not one of info, warn",
        "shop-staging: ECS took shop-staging:6 back: circuit breaker; correct it, then `npm run release -- up --stack staging` tries again",
      ],
    ]);
  });

  it("watches nothing with --no-follow, and nothing where no service was changed", async () => {
    const answers = {
      DescribeServiceDeployments: () => {
        throw new Error("nobody was to look");
      },
    };
    const role = { operations: { up: [step("update", "aws:iam/role:Role")] }, answers };
    expect([
      brief(await up(" --yes --no-follow", { operations: { up: rolled }, answers })),
      brief(await up(" --yes", role)),
    ]).to.deep.equal([
      { code: 0, err: [], ran: ["up"] },
      { code: 0, err: [], ran: ["up"] },
    ]);
  });

  it("refuses while a run is in Release or a deployment is in progress, and says how to go on", async () => {
    const deploying = {
      DescribeServices: () => ({
        services: [
          {
            ...{ serviceName: "shop-staging", taskDefinition: "a/shop-staging:6" },
            deployments: [
              { id: "ecs-svc/2", status: "PRIMARY", rolloutState: "IN_PROGRESS", taskDefinition: "a/shop-staging:6" },
            ],
          },
        ],
      }),
    };
    const remedy = "stack staging: nothing was changed; run `up` again when that has ended, or give --wait";
    expect([
      brief(await up(" --yes", { answers: pipelineOf(stage("Release", "42")) })),
      brief(await up(" --yes", { answers: deploying })),
    ]).to.deep.equal([
      { code: 1, err: [`run 42 is in Release\n${remedy}`], ran: [] },
      {
        code: 1,
        err: [`shop-staging: the deployment of shop-staging:6 is in progress\n${remedy}`],
        ran: [],
      },
    ]);
  });

  it("keeps runs out of Release with --wait, waits for the one that is in it, and lets the next one in", async () => {
    const order: string[] = [];
    let looks = 0;
    const seen = await up(" --yes --wait", {
      operations: { up: rolled },
      answers: {
        GetPipelineState: () => {
          looks += 1;
          // Looks: at the transition, twice at what is under way, at what else is under way, at the transition.
          const busy = looks === 2;
          return {
            stageStates: [
              stage("Release", busy ? "42" : undefined, {
                inboundTransitionState: order.includes("closed")
                  ? { enabled: false, disabledReason: "up by ann (npm run release -- up)" }
                  : { enabled: true },
              }),
            ],
          };
        },
        DisableStageTransition: () => {
          order.push("closed");
          return {};
        },
        EnableStageTransition: () => {
          order.push("opened");
          return {};
        },
      },
    });
    expect([seen.code, seen.out[0], seen.ran, order, seen.err]).to.deep.equal([
      0,
      "waits: run 42 is in Release",
      ["up"],
      ["closed", "opened"],
      [],
    ]);
  });

  it("goes on beside a run that waits for approval, unless it changes the pipeline, which could end that run", async () => {
    const approve = {
      actionStates: [{ actionName: "Approve", latestExecution: { status: "InProgress", token: "t" } }],
    };
    const answers = pipelineOf(stage("Approve", "42", approve), stage("Release"));
    const changed = [step("update", types.pipeline)];
    const allowed = await up(" --yes", { answers, operations: { preview: rolled, up: rolled } });
    const refused = await up(" --yes", { answers, operations: { preview: changed, up: changed } });
    expect([brief(allowed), brief(refused)]).to.deep.equal([
      { code: 0, err: [], ran: ["preview", "up"] },
      {
        code: 1,
        err: [
          "run 42 is under way, and this `up` changes the pipeline, which can end it as Cancelled\nstack staging: nothing was changed; let it end, or approve or reject it where it waits, then run `up` again",
        ],
        ran: ["preview"],
      },
    ]);
  });

  it("asks for the name of a protected stack, and elsewhere only where something would be lost", async () => {
    const project = { isProtected: () => Promise.resolve(true) };
    const operations = { preview: rolled, up: rolled };
    const lost = [step("delete", "aws:ecr/repository:Repository")];
    const typed = await up("", { operations, project, reply: "staging" });
    const mistyped = await up("", { operations, project, reply: "y" });
    const nobody = await up("", { operations, project });
    const yes = await up(" --yes", { operations, project });
    const deletes = await up("", { operations: { preview: lost, up: lost }, reply: "n" });
    const question = "up: type the stack's name to go on: ";
    expect([typed, mistyped, nobody, yes, deletes].map(brief)).to.deep.equal([
      { code: 0, err: [], ran: ["preview", "up"] },
      { code: 1, err: ["up: that is not staging; nothing was done"], ran: ["preview"] },
      { code: 1, err: ["up: nobody is there to ask; give --yes"], ran: ["preview"] },
      { code: 0, err: [], ran: ["up"] },
      { code: 1, err: ["up: nothing was done"], ran: ["preview"] },
    ]);
    expect([typed, mistyped, nobody, yes, deletes].map(({ questions }) => questions)).to.deep.equal([
      [question],
      [question],
      [],
      [],
      [],
    ]);
    expect(deletes.done).to.include("up it? [y/N] ");
  });

  it("looks at nothing before the first up, and says so of a stack that an older program brought up", async () => {
    const first = () => Promise.reject(new NotUp("stack staging: no stack named 'staging' found"));
    const older = () => Promise.reject(new NotUp("stack staging: it has no output verbLock yet", true));
    const made = { operations: { up: [step("create", types.service)] } };
    const seen = [await up(" --yes", { ...made, locate: first }), await up(" --yes", { ...made, locate: older })];
    expect(seen.map(({ code, out, done }) => [code, out, done])).to.deep.equal([
      [0, ["created: service shop-staging", "1 created: service shop-staging"], []],
      [
        0,
        [
          "stack staging: it has no output verbLock yet; this one does not look for what is in progress",
          "created: service shop-staging",
          "1 created: service shop-staging",
        ],
        [],
      ],
    ]);
  });

  it("refuses a program with type errors before anything else", async () => {
    const project = { typeErrors: () => Promise.resolve(["index.ts(3,7): error TS2322: no string"]) };
    const remedy = "up: the program has type errors; correct them first (nothing was changed)";
    expect(brief(await up(" --yes", { project }))).to.deep.equal({
      ...{ code: 1, err: [`index.ts(3,7): error TS2322: no string\n${remedy}`], ran: [] },
    });
  });

  it("says in which state an error of AWS has left things, and how to go on", async () => {
    const message = "shop-staging (aws:ecs/service:Service): ExpiredTokenException: The security token is expired";
    const failing = { up: [step("create", "aws:iam/role:Role"), step("update", types.service), new Error(message)] };
    expect(brief(await up(" --yes", { operations: failing }))).to.deep.equal({
      code: 1,
      err: [
        message,
        "the credentials are no longer valid: log in to AWS again, then `npm run release -- up --stack staging`; it goes on where this one ended",
        "stack staging: 1 created, 1 updated before it ended, and noted in the state; `npm run release -- up --stack staging` goes on from there",
      ],
      ran: ["up"],
    });
  });

  it("says after Ctrl-C what was done, or that the deployment goes on", async () => {
    const stop = new AbortController();
    const interrupted = await up(" --yes", {
      interruption: stop.signal,
      project: {
        run: () => {
          stop.abort();
          return Promise.reject(new Error("update canceled"));
        },
      },
    });
    const later = new AbortController();
    const following = await up(" --yes", {
      ...{ operations: { up: rolled }, interruption: later.signal, answers: deployment({ status: "IN_PROGRESS" }) },
      onPause: () => {
        later.abort();
      },
    });
    expect([interrupted, following].map(({ code, err }) => ({ code, err }))).to.deep.equal([
      {
        code: 130,
        err: ["interrupted: what had begun was ended in an orderly way", "stack staging: nothing was changed"],
      },
      {
        code: 130,
        err: [
          "stack staging: it is up; its deployments go on without you, `npm run release -- status --stack staging` says how they stand",
        ],
      },
    ]);
  });

  it("looks in AWS for what a killed up was making, before it makes anything", async () => {
    const ran: unknown[] = [];
    const settled = { version: 3, deployment: {} };
    const { out } = await up(" --yes", {
      project: {
        ...playedProject({ up: [step("create", types.service)] }, ran),
        interrupted: () => Promise.resolve({ lines: ["role build: was being made; it is looked for in AWS"], settled }),
        settle: (stack, interrupted) => {
          ran.push([stack, interrupted.settled]);
          return Promise.resolve();
        },
      },
    });
    expect([out[0], ran]).to.deep.equal([
      "interrupted before: role build: was being made; it is looked for in AWS",
      [["staging", settled], "refresh", "up"],
    ]);
  });

  it("says who holds Pulumi's lock where what was interrupted cannot be settled for it", async () => {
    const interrupted = { lines: ["role build: was being made"], settled: { version: 3, deployment: {} } };
    const seen = await up(" --yes", {
      project: {
        interrupted: () => Promise.resolve(interrupted),
        settle: () =>
          Promise.reject(
            new Error("the stack is currently locked\n  1.json: created by ann@desk (pid 8) at 2026-11-24T12:00:00Z"),
          ),
      },
    });
    expect(brief(seen)).to.deep.equal({
      code: 1,
      err: [
        "stack staging: ann on desk (process 8) holds Pulumi's lock since 2026-11-24 12:00:00, but runs no more; run `pulumi cancel --stack staging`, then `up` again",
        "stack staging: nothing was changed",
      ],
      ran: [],
    });
  });

  it("says the same as JSON, one object a line, and a dry run changes nothing", async () => {
    const operations = { preview: [warning("held"), ...rolled], up: [step("create", types.service)] };
    const json = await up(" --yes --json --no-follow", { operations });
    const dry = await up(" --dry-run", { operations });
    const change = { what: "created", token: types.service, type: "service", name: "shop-staging", differences: [] };
    expect([json.out.map((line) => JSON.parse(line) as unknown), json.ran]).to.deep.equal([
      [
        { kind: "changed", change },
        { kind: "ended", changes: [change], takenBack: [] },
      ],
      ["up"],
    ]);
    expect([dry.code, dry.out, dry.ran]).to.deep.equal([0, ["held", ...planned], ["preview"]]);
  });

  it("is told who else changes the environment", async () => {
    const held = parameterStore({
      "/shop/staging/.release/lock": JSON.stringify({
        ...{ verb: "rollback", who: "bob", host: "laptop", pid: 9, since: "2026-11-24T11:59:00.000Z" },
      }),
    });
    const ran: unknown[] = [];
    const seen = await commandLine("up --stack staging --yes", {
      answers: { ...quiet, ...oneService, ...held.answers },
      project: playedProject({}, ran),
    });
    expect([seen.code, seen.err, ran]).to.deep.equal([
      1,
      [
        "staging: `rollback` of bob on laptop (process 9, since 2026-11-24 11:59:00 UTC) changes it now; wait until that has ended, or give --break-lock where it runs no more",
      ],
      [],
    ]);
  });
});
