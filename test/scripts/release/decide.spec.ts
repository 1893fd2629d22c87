import { expect } from "chai";
import { awsError } from "../../support/command-line.ts";
import { id, release, put } from "./approval-world.ts";

const told = `shop-staging: run ${id} waits for approval: 8cf40f2 Fix the basket`;

describe("npm run release -- approve, reject", () => {
  it("approves the waiting run in the stack's region, after it has said which one and the answer was yes", async () => {
    expect(await release("approve --stack staging", { reply: "y" })).to.deep.equal({
      code: 0,
      out: [told, "shop-staging: approved"],
      err: [],
      done: ["eu-central-1", "approve it? [y/N] ", put("Approved", "approved by compose-ecs-pipeline")],
    });
  });

  it("says who wrote the commit if the checkout has it", async () => {
    expect((await release("approve --stack staging --dry-run", { author: "Ada" })).out).to.deep.equal([
      `${told} by Ada`,
    ]);
  });

  it("rejects it with a reason, and does not ask with --yes", async () => {
    expect(await release("reject --pipeline shop-staging --region us-east-1 --summary Friday --yes")).to.deep.equal({
      code: 0,
      out: [told, "shop-staging: rejected"],
      err: [],
      done: ["us-east-1", put("Rejected", "Friday")],
    });
  });

  it("does nothing if the answer is no, or if there is no one to ask", async () => {
    expect(await release("approve --stack staging", { reply: "" })).to.deep.equal({
      code: 1,
      out: [told],
      err: ["approve: nothing was done"],
      done: ["eu-central-1", "approve it? [y/N] "],
    });
    expect(await release("approve --stack staging")).to.deep.equal({
      code: 1,
      out: [told],
      err: ["approve: there is no one to ask; give --yes"],
      done: ["eu-central-1"],
    });
  });

  it("refuses if no run waits, also if one is only at its source", async () => {
    const refusal = {
      code: 1,
      out: [],
      err: ["shop-staging: no run waits for approval; push, or wait until a run's build has ended"],
      done: [undefined],
    };
    const running = {
      stageStates: [{ stageName: "Source", actionStates: [{ latestExecution: { status: "InProgress" } }] }],
    };
    for (const state of [{}, running]) {
      expect(await release("approve --pipeline shop-staging --yes", { state })).to.deep.equal(refusal);
    }
  });

  it("refuses if someone has answered meanwhile, and prints any other failure of AWS in a line", async () => {
    const failing = (name: string) => ({
      put: () => {
        throw Object.assign(awsError(name), { $metadata: { httpStatusCode: 400 } });
      },
    });
    const late = [`shop-staging: run ${id} no longer waits: someone else has answered, or it timed out`];
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
      [1, ["AWS: AccessDeniedException!; use credentials that have that permission, or ask for it"]],
    ]);
  });

  it("says that its answer may have arrived if AWS does not respond", async () => {
    const { code, out, err } = await release("approve --stack staging --yes", {
      put: () => {
        throw awsError("TimeoutError", "");
      },
    });
    expect([code, out.length, err]).to.deep.equal([
      1,
      1,
      [
        "shop-staging: it is not known whether the answer has arrived; give it again: a second one is refused",
        "AWS: it cannot be reached (TimeoutError); check the network and the proxy, then try again",
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

  it("says what it can about a run whose source is not a commit", async () => {
    const line = async (revisions: readonly object[]) =>
      (await release("approve --stack staging --yes", { revisions })).out[0];
    const run = `shop-staging: run ${id} waits for approval:`;
    expect([
      await line([]),
      await line([{ revisionId: "v.12", revisionSummary: "Amazon S3 version id: v.12" }]),
      await line([{ revisionId: "v.12", revisionSummary: "{}" }]),
    ]).to.deep.equal([`${run} no revision is known`, `${run} v.12 Amazon S3 version id: v.12`, `${run} v.12 {}`]);
  });

  it("says in a dry run which run waits, and does not answer", async () => {
    expect(await release("approve --stack staging --dry-run")).to.deep.equal({
      code: 0,
      out: [told],
      err: [],
      done: ["eu-central-1"],
    });
  });
});
