import { expect } from "chai";
import { NotUp } from "../../../scripts/pulumi/stack-names.ts";
import { names } from "../../support/command-line.ts";
import { step, warning } from "../../support/project.ts";
import { types, rolled, deployment, up, brief } from "./up-world.ts";

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
  "in total",
  ...sum.map((line) => `  ${line}`),
];

describe("npm run release -- up", () => {
  it("prints what would change, does it, and follows the deployment that it started to its end", async () => {
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

  it("prints first what is new since the version that the stack was made with", async () => {
    const { version, ...unsigned } = names;
    const seen = await up(" --yes --no-follow", { operations: { up: [] }, locate: () => Promise.resolve(unsigned) });
    expect([seen.code, seen.out[0]]).to.deep.equal([0, `new in ${version ?? ""}:`]);
  });

  it("fails with ECS's reason, why the tasks ended and their last log lines if ECS rolls its revision back", async () => {
    const breaker = { failureCount: 3 };
    const seen = await up(" --yes", {
      operations: { up: rolled },
      answers: {
        ...deployment(
          { status: "IN_PROGRESS", deploymentCircuitBreaker: { failureCount: 1 } },
          {
            status: "ROLLBACK_SUCCESSFUL",
            deploymentCircuitBreaker: breaker,
            rollback: { reason: "circuit breaker" },
          },
        ),
        ListTasks: () => ({ taskArns: ["k/1", "k/2"] }),
        DescribeTasks: () => ({
          tasks: [
            {
              taskArn: "k/1",
              taskDefinitionArn: "t/shop-staging:6",
              stoppedReason: "Essential container exited",
              containers: [{ name: "web", exitCode: 1 }],
            },
            { taskArn: "k/2", taskDefinitionArn: "t/shop-staging:5", stoppedReason: "Scaling" },
          ],
        }),
        GetLogEvents: (input: object) => {
          expect(input).to.deep.equal({
            logGroupName: "/ecs/shop-staging",
            logStreamName: "shop-staging/web/1",
            limit: 20,
          });
          return { events: [{ message: "LEVEL is not one of info, warn\n" }] };
        },
      },
    });
    expect([seen.code, seen.out.slice(-5), seen.err]).to.deep.equal([
      3,
      [
        "shop-staging: deployment new of shop-staging:6, 1 task(s) failed: IN_PROGRESS",
        "shop-staging: deployment new of shop-staging:6, 3 task(s) failed: ROLLBACK_SUCCESSFUL: circuit breaker",
        ...sum,
      ],
      [
        "task 1: Essential container exited; web: exit code 1",
        "--- last log lines of web",
        "LEVEL is not one of info, warn",
        "shop-staging: ECS rolled shop-staging:6 back: circuit breaker; correct it, then `npm run release -- up --stack staging` tries again",
      ],
    ]);
  });

  it("watches nothing with --no-follow, or if no service was changed", async () => {
    const answers = {
      DescribeServiceDeployments: () => {
        throw new Error("no call was expected");
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

  it("asks for the name of a protected stack, and for a yes only if something would be lost in another one", async () => {
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
      { code: 1, err: ["up: there is no one to ask; give --yes"], ran: ["preview"] },
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

  it("checks nothing in progress before the first up, and says so for a stack of an older program", async () => {
    const first = () => Promise.reject(new NotUp("stack staging: no stack named 'staging' found"));
    const older = () => Promise.reject(new NotUp("stack staging: it has no output verbLock yet", true));
    const made = { operations: { up: [step("create", types.service)] } };
    const seen = [await up(" --yes", { ...made, locate: first }), await up(" --yes", { ...made, locate: older })];
    expect(seen.map(({ code, out, done }) => [code, out, done])).to.deep.equal([
      [0, ["created: service shop-staging", "1 created: service shop-staging"], []],
      [
        0,
        [
          "stack staging: it has no output verbLock yet; this `up` does not check what is in progress",
          "created: service shop-staging",
          "1 created: service shop-staging",
        ],
        [],
      ],
    ]);
  });

  it("prints the same as JSON, one object per line, and changes nothing in a dry run", async () => {
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
});
