import { expect } from "chai";
import { commandLine, names, type CommandWorld } from "../../support/command-line.ts";
import { rollbackWorld, type RollbackWorld } from "../../support/rollback-world.ts";

const service = "shop-staging";
const reason = (verb: string) => `it is so (npm run release -- ${verb})`;
/** One service with one revision, and with a text a rollback that is held at it. */
function world(parts: Partial<RollbackWorld> = {}, held?: string): RollbackWorld {
  const found = Object.assign(rollbackWorld({ [service]: [{ commit: "aaaaaaa", template: "older" }] }), parts);
  if (held !== undefined) found.parameters.versions.set(names.rollbackHold, [held]);
  return found;
}
const verb = (args: string, on: RollbackWorld, more: CommandWorld = {}) =>
  commandLine(args, { ...more, answers: on.answers });
const transition = { pipelineName: service, stageName: "Release", transitionType: "Inbound" };
const lock = (verb: string) => ({
  Name: names.verbLock,
  Type: "String",
  Value: `{"verb":"${verb}","who":"ann","host":"desk","pid":7,"numbering":"host","since":"2026-11-24T12:00:00.000Z"}`,
});
const unlock = { Name: names.verbLock };
const due = "shop-staging: does not run the template of the last `up`; run `pulumi up --stack staging` afterwards";
const foreign =
  "shop-staging: Release was closed by arn:aws:iam::1:user/bob and stays closed: audit; when that is over, `aws codepipeline enable-stage-transition --pipeline-name shop-staging --stage-name Release --transition-type Inbound` opens it";

describe("npm run release -- resume", () => {
  it("shows what is held, which run it lets in and that an up is due, asks, then deletes the hold and opens Release", async () => {
    const on = world({ closed: reason("rollback"), waiting: "42" }, '{"text":"rolled back to aaaaaaa by bob","to":{}}');
    expect(await verb("resume --stack staging", on, { reply: "y" })).to.deep.equal({
      code: 0,
      out: [
        "staging: a rollback is held: rolled back to aaaaaaa by bob",
        "shop-staging: Release is closed: it is so (npm run release -- rollback)",
        "shop-staging: run 42 v.4 Add it waits, and enters Release",
        due,
        "staging: releases continue",
      ],
      err: [],
      done: [
        ...["eu-central-1", lock("resume"), "resume it? [y/N] ", { Name: names.rollbackHold }, transition, unlock],
      ],
    });
  });

  it("ends a hold that was set by hand, a pause, and what a killed `up` has left closed", async () => {
    const seen = [];
    for (const on of [world({}, "back to 5"), world({ closed: reason("pause") }), world({ closed: reason("up") })]) {
      const { code, done } = await verb("resume --stack staging --yes", on);
      seen.push([code, done.slice(2, -1), on.closed, on.parameters.versions.size]);
    }
    const both = [{ Name: names.rollbackHold }, transition];
    expect(seen).to.deep.equal([
      [0, both.slice(0, 1), undefined, 0],
      [0, both, undefined, 0],
      [0, both, undefined, 0],
    ]);
  });

  it("deletes the hold, leaves Release closed if someone else has closed it, and ends with 1", async () => {
    const on = world({ closed: "audit", waiting: "42" }, "back to 5");
    const { code, out } = await verb("resume --stack staging --yes", on);
    expect([code, out, on.closed, on.parameters.versions.size]).to.deep.equal([
      1,
      ["staging: a rollback is held: back to 5", foreign, due],
      "audit",
      0,
    ]);
  });

  it("does nothing if nothing is held, in a dry run, or if the answer is not yes", async () => {
    const free = await verb("resume --stack staging", world());
    const held = world({ closed: reason("pause") }, "back to 5");
    const [dry, silent] = [
      await verb("resume --stack staging --dry-run --json", held),
      await verb("resume --stack staging", held),
    ];
    expect([free.code, free.out, dry.code, dry.out.length, dry.done, silent.code, silent.err]).to.deep.equal([
      ...[0, ["staging: no rollback is held, and Release is open", due]],
      ...[0, 1, ["eu-central-1"]],
      ...[1, ["resume: there is no one to ask; give --yes"]],
    ]);
    expect([held.closed, held.parameters.versions.get(names.rollbackHold)]).to.deep.equal([
      reason("pause"),
      ["back to 5"],
    ]);
  });
});

describe("npm run release -- pause", () => {
  it("closes Release with a reason, and says how it is opened", async () => {
    const on = world();
    expect(await verb("pause --stack staging --reason Friday", on)).to.deep.equal({
      code: 0,
      out: ["shop-staging: no run enters Release until `npm run release -- resume --stack staging`"],
      err: [],
      done: [
        ...["eu-central-1", lock("pause"), { ...transition, reason: "Friday (compose-ecs-pipeline pause)" }, unlock],
      ],
    });
  });

  it("prints the reason in a dry run, and does nothing", async () => {
    expect(await verb("pause --stack staging --dry-run", world())).to.deep.equal({
      code: 0,
      out: ["shop-staging: would close Release: paused by ann"],
      err: [],
      done: ["eu-central-1"],
    });
  });

  it("leaves Release as it is if someone else or a rollback has closed it", async () => {
    const seen = [];
    for (const closed of ["audit", reason("rollback")]) {
      const on = world({ closed });
      const { code, err } = await verb("pause --stack staging", on);
      seen.push([code, err.map((line) => line.split("; ")[1]), on.closed]);
    }
    expect(seen).to.deep.equal([
      [1, [foreign.split("; ")[1]], "audit"],
      [1, ["when that is over, `npm run release -- resume` opens it"], reason("rollback")],
    ]);
  });
});
