import { expect } from "chai";
import { ServiceDeploymentStatus } from "@aws-sdk/client-ecs";
import { canBeStopped, isDecided, isLost, reasonOf, stateOf, verdictOf } from "../../../build/verdict/verdict.ts";

/** Every status of the API (ECS API reference, ServiceDeployment). */
const statuses = [
  ...["PENDING", "SUCCESSFUL", "STOPPED", "STOP_REQUESTED", "IN_PROGRESS"],
  ...["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"],
] as const;

describe("the verdict on a deployment", () => {
  it("is given when ECS changes it no more", () => {
    const decided = statuses.filter((status) => isDecided({ status }));
    expect(decided).to.deep.equal(["SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"]);
    expect(isDecided({})).to.equal(false);
  });

  it("can be prevented by stopping the deployment before ECS itself rolls back", () => {
    expect(statuses.filter((status) => canBeStopped({ status }))).to.deep.equal(["PENDING", "IN_PROGRESS"]);
  });

  it("is open, good or lost for every status that the SDK knows, and only one of the three", () => {
    expect(Object.values(ServiceDeploymentStatus).toSorted()).to.deep.equal([...statuses].toSorted());
    const lost = statuses.filter((status) => isLost({ status }));
    expect(lost).to.deep.equal([
      ...["STOPPED", "STOP_REQUESTED"],
      ...["ROLLBACK_REQUESTED", "ROLLBACK_IN_PROGRESS", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"],
    ]);
    const rest = statuses.filter((status) => !isLost({ status }) && !canBeStopped({ status }));
    expect([rest, isLost({})]).to.deep.equal([["SUCCESSFUL"], false]);
  });

  it("has the reason of the status, or else the reason of the rollback", () => {
    const rollback = { reason: "circuit breaker" };
    expect([
      reasonOf({ statusReason: "tasks failed", rollback }),
      reasonOf({ statusReason: "", rollback }),
      reasonOf({ rollback }),
      reasonOf({}),
    ]).to.deep.equal(["tasks failed", "circuit breaker", "circuit breaker", ""]);
  });

  it("has a reason in a list only if the service does not keep the revision", () => {
    const statusReason = "why";
    const states = ["IN_PROGRESS", "SUCCESSFUL", "ROLLBACK_IN_PROGRESS"].map((status) =>
      stateOf({ status, statusReason }),
    );
    expect([...states, stateOf({})]).to.deep.equal([
      "IN_PROGRESS",
      "SUCCESSFUL",
      "ROLLBACK_IN_PROGRESS: why",
      "missing",
    ]);
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
