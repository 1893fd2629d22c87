import { expect } from "chai";
import { factLines, facts, type Seen } from "../../rehearsal/aws/facts.ts";
import type { PipelineRun } from "../../rehearsal/kit/pipeline-run.ts";

const run = (actions: Readonly<Record<string, string>>): PipelineRun => ({
  executionId: "1",
  status: "Succeeded",
  summary: "",
  actions: Object.entries(actions).map(([name, error]) => ({
    name,
    status: error === "" ? "Succeeded" : "Failed",
    error,
    seconds: 12.4,
  })),
});
const nothing: Seen = { runs: [], countsBefore: undefined, countsAfter: undefined, denied: [], startSeconds: [] };
const good: Seen = {
  runs: [run({ Source: "", Build: "", Deploy: "", "Deploy-worker": "", Verify: "" })],
  countsBefore: [0, 0],
  countsAfter: [1, 1],
  denied: [],
  startSeconds: [4.2],
};
const answers = (seen: Seen) => facts.map(({ answer }) => answer(seen));

describe("what a rehearsal on AWS reports of AWS", () => {
  it("is an answer to each question after a first release that succeeds", () => {
    expect(answers(good)).to.deep.equal([
      "yes",
      "yes",
      "yes",
      "yes, no call was refused",
      "4 s",
      "Source 12 s, Build 12 s, Deploy 12 s, Deploy-worker 12 s, Verify 12 s",
    ]);
  });

  it("is nothing where the rehearsal did not get so far", () => {
    expect(answers(nothing)).to.deep.equal(facts.map(() => undefined));
    expect(factLines(nothing)).to.deep.equal([
      "what no one had seen on AWS before:",
      ...facts.flatMap(({ question }) => [`  ${question}`, "    not seen in this rehearsal"]),
    ]);
    // With tasks before the first push, it was no first release.
    expect(answers({ ...good, countsBefore: [1, 1] }).slice(0, 2)).to.deep.equal([undefined, undefined]);
  });

  it("is no, with the reason, where AWS does something else", () => {
    const refused = "User: x is not authorized to perform: application-autoscaling:RegisterScalableTarget";
    const failed = { ...good, runs: [run({ Deploy: "no tasks", Verify: refused })] };
    expect(answers(failed).slice(0, 4)).to.deep.equal([
      "no: Deploy Failed: no tasks",
      `no: Verify Failed: ${refused}`,
      `no: Verify Failed: ${refused}`,
      `no: ${refused}`,
    ]);
    expect(answers({ ...good, countsAfter: [1, 0] })[1]).to.equal("no: a service has no tasks");
    expect(answers({ ...good, denied: ["AccessDenied: ecr"] })[3]).to.equal("no: AccessDenied: ecr");
  });
});
