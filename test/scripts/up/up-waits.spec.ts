import { expect } from "chai";
import { step } from "../../support/project.ts";
import { brief, pipelineOf, quiet, rolled, stage, types, up } from "./up-world.ts";

const holder = (host: string) =>
  JSON.stringify({ verb: "up", who: "ci", host, pid: 9, since: "2026-11-24T11:59:00.000Z" });
const lock = "/shop/staging/.release/lock";
const taken = Object.assign(new Error("taken"), { name: "ParameterAlreadyExists" });
const noParameter = Object.assign(new Error("none"), { name: "ParameterNotFound" });
const changesPipeline = { preview: [step("update", types.pipeline)], up: [step("update", types.pipeline)] };

/** A clock that goes on by a minute with each pause. */
function clock() {
  let minutes = 0;
  return {
    now: () => new Date(Date.parse("2026-11-24T12:00:00Z") + minutes * 60_000),
    onPause: () => void (minutes += 1),
    minutes: () => minutes,
  };
}

/** Another runner holds the lock until so many puts were refused. */
function heldFor(times: number) {
  let puts = 0;
  let value: string | undefined;
  return {
    PutParameter: ({ Value }: { readonly Value: string }) => {
      puts += 1;
      if (puts <= times) throw taken;
      value = Value;
      return { Version: 1 };
    },
    GetParameter: ({ Name }: { readonly Name: string }) => {
      if (Name !== lock) throw noParameter;
      return { Parameter: { Value: value ?? holder("runner-1"), Version: 1 } };
    },
    DeleteParameter: () => ({}),
  };
}

/** A pipeline with a run in Build until so many pauses; notes in order what happens to Release, and the pauses. */
function building(pauses: number) {
  const order: string[] = [];
  const closed = { enabled: false, disabledReason: "up by ann (compose-ecs-pipeline up)" };
  const note = (what: string) => () => {
    order.push(what);
    return {};
  };
  const pipeline = () => {
    const isClosed = order.findLast((one) => one !== "pause") === "close";
    const busy = order.filter((one) => one === "pause").length < pauses;
    const release = stage("Release", undefined, { inboundTransitionState: isClosed ? closed : { enabled: true } });
    return { stageStates: [stage("Build", busy ? "42" : undefined), release] };
  };
  return {
    order,
    onPause: note("pause"),
    answers: {
      GetPipelineState: pipeline,
      DisableStageTransition: note("close"),
      EnableStageTransition: note("open"),
    },
  };
}

describe("npm run release -- up --wait", () => {
  it("waits while another verb changes the environment, and says once who that is", async () => {
    const seen = await up(" --yes --wait", { answers: heldFor(3), operations: { up: rolled } });
    expect([
      seen.code,
      seen.out[0],
      seen.out.filter((line) => line.startsWith("waits")).length,
      seen.ran,
    ]).to.deep.equal([
      0,
      "waits: `up` of ci on runner-1 (process 9, since 2026-11-24 11:59:00 UTC) is changing it now",
      1,
      ["up"],
    ]);
  });

  it("refuses when the time of --wait-timeout is over, with a lock that no one releases and with a run in Release", async () => {
    const [one, other] = [clock(), clock()];
    const locked = await up(" --yes --wait-timeout 5m", { ...one, answers: heldFor(99) });
    const released = await up(" --yes --wait-timeout 5m", { ...other, answers: pipelineOf(stage("Release", "42")) });
    expect([brief(locked), one.minutes(), brief(released), other.minutes()]).to.deep.equal([
      {
        code: 1,
        err: [
          "staging: `up` of ci on runner-1 (process 9, since 2026-11-24 11:59:00 UTC) is changing it now; wait until that has ended, or give --break-lock if it no longer runs",
        ],
        ran: [],
      },
      5,
      { code: 1, err: ["stack staging: the time of --wait-timeout is over; nothing was changed"], ran: [] },
      5,
    ]);
  });

  it("refuses a time that is not a duration", async () => {
    const { code, err } = await up(" --wait-timeout soon");
    expect([code, err[0]]).to.deep.equal([
      2,
      "--wait-timeout soon: this is not a duration; write a number and a unit, as in 30s, 10m, 2h or 7d",
    ]);
  });

  it("lets a run end, with Release open, before it changes the pipeline", async () => {
    const { order, ...world } = building(2);
    const seen = await up(" --yes --wait", { operations: changesPipeline, ...world });
    expect([brief(seen), order, seen.out.filter((line) => line.startsWith("waits"))]).to.deep.equal([
      { code: 0, err: [], ran: ["preview", "up"] },
      ["close", "open", "pause", "pause", "close", "open"],
      ["waits: run 42 is in progress, and this `up` changes the pipeline, which can end it as Cancelled"],
    ]);
  });

  it("refuses to change the pipeline when a run still waits for approval at the end of the time", async () => {
    const approve = {
      actionStates: [{ actionName: "Approve", latestExecution: { status: "InProgress", token: "t" } }],
    };
    const seen = await up(" --yes --wait-timeout 5m", {
      ...clock(),
      answers: pipelineOf(stage("Approve", "42", approve), stage("Release")),
      operations: changesPipeline,
    });
    expect(brief(seen)).to.deep.equal({
      code: 1,
      err: [
        "run 42 is in progress, and this `up` changes the pipeline, which can end it as Cancelled\nstack staging: nothing was changed; wait until it has ended, or approve or reject it if it waits, then run `up` again",
      ],
      ran: ["preview"],
    });
  });

  it("waits for Pulumi's lock, which a preview of another process holds as well, but not for that of a killed one", async () => {
    const error = (host: string) =>
      new Error(`the stack is currently locked\n  1.json: created by ann@${host} (pid 8) at 2026-11-24T12:00:00Z`);
    const attempts = [error("runner-2"), error("runner-2"), undefined];
    const ran: string[] = [];
    const run = ({ operation }: { readonly operation: string }) => {
      ran.push(operation);
      const problem = attempts.shift();
      const changes = { create: 0, same: 1, update: 0, replace: 0, delete: 0 };
      return problem === undefined
        ? Promise.resolve({ changes, outputs: {}, diagnostics: [] })
        : Promise.reject(problem);
    };
    const waited = await up(" --yes --wait", { answers: quiet, project: { run } });
    attempts.push(error("desk"));
    const killed = await up(" --yes --wait", { answers: quiet, project: { run } });
    const who = "stack staging: ann on runner-2 (process 8) has held Pulumi's lock since 2026-11-24 12:00:00";
    expect([waited.code, waited.out, killed.code, ran]).to.deep.equal([
      0,
      [
        `waits: ${who}; wait until that has ended, or, if it was killed, run \`pulumi cancel --stack staging\`, then \`up\` again`,
        "nothing changes",
      ],
      1,
      ["up", "up", "up", "up"],
    ]);
  });
});
