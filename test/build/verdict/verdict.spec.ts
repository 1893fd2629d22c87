import { expect } from "chai";
import { canBeStopped, isDecided, verdictOf } from "../../../build/verdict/verdict.ts";

/** Every status of the API (ECS API reference, ServiceDeployment). */
const statuses = [
  ...["PENDING", "SUCCESSFUL", "STOPPED", "STOP_REQUESTED", "IN_PROGRESS"],
  ...["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"],
];

describe("the verdict on a deployment", () => {
  it("is given when ECS changes it no more", () => {
    const decided = statuses.filter((status) => isDecided({ status }));
    expect(decided).to.deep.equal(["SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"]);
    expect(isDecided({})).to.equal(false);
  });

  it("can be prevented by stopping the deployment before ECS itself rolls back", () => {
    expect(statuses.filter((status) => canBeStopped({ status }))).to.deep.equal(["PENDING", "IN_PROGRESS"]);
  });

  it("is said with ECS's reason", () => {
    const all = [{ status: "STOPPED", statusReason: "by a person" }, { status: "STOPPED" }, { statusReason: "" }, {}];
    expect(all.map(verdictOf)).to.deep.equal([
      "STOPPED: by a person",
      "STOPPED: no reason given",
      "missing: no reason given",
      "missing: no reason given",
    ]);
  });
});
