import { expect } from "chai";
import { awsError } from "../../support/command-line.ts";
import { id, release, put } from "./approval-world.ts";

const told = `shop-staging: run ${id} waits for approval: 8cf40f2 Fix the basket`;

describe("npm run release -- approve, reject", () => {
  it("approves the run that waits, in the stack's region, after it has said which one and been told yes", async () => {
    expect(await release("approve --stack staging", { reply: "y" })).to.deep.equal({
      code: 0,
      out: [told, "shop-staging: approved"],
      err: [],
      done: ["eu-central-1", "approve it? [y/N] ", put("Approved", "approved by npm run release")],
    });
  });

  it("says who wrote the commit where the checkout knows it", async () => {
    expect((await release("approve --stack staging --dry-run", { author: "Ada" })).out).to.deep.equal([
      `${told} by Ada`,
    ]);
  });

  it("rejects it with a reason, without asking where it is told so", async () => {
    expect(await release("reject --pipeline shop-staging --region us-east-1 --summary Friday --yes")).to.deep.equal({
      code: 0,
      out: [told, "shop-staging: rejected"],
      err: [],
      done: ["us-east-1", put("Rejected", "Friday")],
    });
  });

  it("does nothing where the answer is no, or where nobody can be asked", async () => {
    expect(await release("approve --stack staging", { reply: "" })).to.deep.equal({
      code: 1,
      out: [told],
      err: ["approve: nothing was done"],
      done: ["eu-central-1", "approve it? [y/N] "],
    });
    expect(await release("approve --stack staging")).to.deep.equal({
      code: 1,
      out: [told],
      err: ["approve: nobody is there to ask; give --yes"],
      done: ["eu-central-1"],
    });
  });

  it("refuses where no run waits, also where one is only at its source", async () => {
    const refusal = {
      code: 1,
      out: [],
      err: ["shop-staging: no run waits for approval; push, or wait until the build of one has ended"],
      done: [undefined],
    };
    const running = {
      stageStates: [{ stageName: "Source", actionStates: [{ latestExecution: { status: "InProgress" } }] }],
    };
    for (const state of [{}, running]) {
      expect(await release("approve --pipeline shop-staging --yes", { state })).to.deep.equal(refusal);
    }
  });

  it("refuses where somebody has answered meanwhile, and tells any other failure of AWS in a line", async () => {
    const failing = (name: string) => ({
      put: () => {
        throw Object.assign(awsError(name), { $metadata: { httpStatusCode: 400 } });
      },
    });
    const late = [`shop-staging: run ${id} waits no longer, somebody else or its time-out has answered`];
    const errors = [];
    for (const name of [
      "ApprovalAlreadyCompletedException",
      "InvalidApprovalTokenException",
      "AccessDeniedException",
    ]) {
      const { code, err } = await release("approve --stack staging --yes", failing(name));
      errors.push([code, err]);
    }
    expect(errors).to.deep.equal([
      [1, late],
      [1, late],
      [1, ["AWS: AccessDeniedException!; use credentials that may, or ask for that permission"]],
    ]);
  });

  it("says that an answer may have arrived where AWS does not answer itself", async () => {
    const { code, out, err } = await release("approve --stack staging --yes", {
      put: () => {
        throw awsError("TimeoutError", "");
      },
    });
    expect([code, out.length, err]).to.deep.equal([
      1,
      1,
      [
        "shop-staging: whether the answer has arrived is not known; give it again, a second one is refused",
        "AWS: it cannot be reached (TimeoutError); look at network and proxy, then try again",
      ],
    ]);
  });

  it("refuses a stack that Pulumi does not know", async () => {
    expect(await release("approve --stack qa --yes")).to.deep.equal({
      code: 1,
      out: [],
      err: ["stack qa: no stack named 'qa' found"],
      done: [],
    });
  });

  it("says what it can of a run whose source is no commit", async () => {
    const line = async (revisions: readonly object[]) =>
      (await release("approve --stack staging --yes", { revisions })).out[0];
    const run = `shop-staging: run ${id} waits for approval:`;
    expect([
      await line([]),
      await line([{ revisionId: "v.12", revisionSummary: "Amazon S3 version id: v.12" }]),
      await line([{ revisionId: "v.12", revisionSummary: "{}" }]),
    ]).to.deep.equal([`${run} no revision is known`, `${run} v.12 Amazon S3 version id: v.12`, `${run} v.12 {}`]);
  });

  it("tells a dry run which run waits, and answers nothing", async () => {
    expect(await release("approve --stack staging --dry-run")).to.deep.equal({
      code: 0,
      out: [told],
      err: [],
      done: ["eu-central-1"],
    });
  });
});
