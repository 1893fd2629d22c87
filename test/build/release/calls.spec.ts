import { expect } from "chai";
import { playCase, type StepCase, type StepCases } from "../../support/step-cases.ts";
import { stepCases } from "../../support/step-file.ts";

/** Cases of test/steps by their titles. */
function caseOf({ cases, step }: StepCases, title: string): StepCase {
  const found = cases.find((one) => one.title === title);
  if (found === undefined) throw new Error(`test/steps/${step}.yml has no case "${title}"`);
  return found;
}

/** The number of calls of AWS that a step makes in a case. */
async function callsOf(step: StepCases["step"], title: string, change: Partial<StepCase> = {}): Promise<number> {
  const all = stepCases(step);
  const one = { ...caseOf(all, title), ...change };
  const { code, counts = {} } = await playCase(all, { ...one, counts: {} });
  expect(code).to.equal(one.code);
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

describe("the calls of AWS of a usual release", () => {
  it("are at most 8 for a migration that has ended at the second look", async () => {
    const title = "runs each release service from its new image, and records how its task ended";
    expect(await callsOf("migrate", title)).to.be.at.most(8);
  });

  it("are at most 26 for the verification of two services, whose deployments are decided at the third look", async () => {
    const title = "reports each deployment as soon as it has succeeded, and waits for the others";
    expect(await callsOf("verify", title)).to.be.at.most(26);
  });

  it("are 2 for each look at deployments that go on, and 1 for each look at their rollback, of however many services", async () => {
    const title = "takes both services back and ends the run if ECS does not decide in time";
    const [short, long] = await Promise.all(
      ["1", "2"].map((TIMEOUT_MINUTES) => callsOf("verify", title, { environment: { TIMEOUT_MINUTES } })),
    );
    // A look every ten seconds; here neither the deployments nor their rollback end.
    expect(((long ?? 0) - (short ?? 0)) / 6).to.equal(2 + 1);
  });

  it("are 1 for each look at ECS actions that have not ended yet", async () => {
    const title = "gives up if an ECS action does not end in time, although its deployment was successful";
    const [short, long] = await Promise.all(
      ["1", "2"].map((TIMEOUT_MINUTES) => callsOf("verify", title, { environment: { TIMEOUT_MINUTES } })),
    );
    expect(((long ?? 0) - (short ?? 0)) / 6).to.equal(1);
  });

  it("are 1 for each ready-made image", async () => {
    const title = "names by digest the image of each container of each ECS service, each from its own source artifact";
    expect(await callsOf("images", title)).to.equal(2);
  });
});
