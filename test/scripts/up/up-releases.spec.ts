import { expect } from "chai";
import { commandLine } from "../../support/command-line.ts";
import { parameterStore } from "../../support/parameters.ts";
import { playedProject, step } from "../../support/project.ts";
import { types, rolled, stage, pipelineOf, quiet, oneService, up, brief } from "./up-world.ts";

describe("npm run release -- up next to releases and other verbs", () => {
  it("refuses while a run is in Release or a deployment is in progress, and says how to go on", async () => {
    const deploying = {
      DescribeServices: () => ({
        services: [
          {
            serviceName: "shop-staging",
            taskDefinition: "a/shop-staging:6",
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
          // Calls: the transition, what is in progress (twice), what else is in progress, the transition.
          const busy = looks === 2;
          return {
            stageStates: [
              stage("Release", busy ? "42" : undefined, {
                inboundTransitionState: order.includes("closed")
                  ? { enabled: false, disabledReason: "up by ann (compose-ecs-pipeline up)" }
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

  it("goes on while a run waits for approval, unless it changes the pipeline, which could end that run", async () => {
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
          "run 42 is in progress, and this `up` changes the pipeline, which can end it as Cancelled\nstack staging: nothing was changed; wait until it has ended, or approve or reject it if it waits, then run `up` again",
        ],
        ran: ["preview"],
      },
    ]);
  });

  it("refuses and says who else is changing the environment", async () => {
    const held = parameterStore({
      "/shop/staging/.release/lock": JSON.stringify({
        verb: "rollback",
        who: "bob",
        host: "laptop",
        pid: 9,
        since: "2026-11-24T11:59:00.000Z",
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
        "staging: `rollback` of bob on laptop (process 9, since 2026-11-24 11:59:00 UTC) is changing it now; wait until that has ended, or give --break-lock if it no longer runs",
      ],
      [],
    ]);
  });
});
