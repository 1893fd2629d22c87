import type { ServiceDeploymentBrief } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { wayBack } from "../../../build/verdict/way-back.ts";

const minute = (minutes: number): Date => new Date(Date.UTC(2026, 10, 24, 0, minutes));

const listed = (target: string, minutes: number, status: ServiceDeploymentBrief["status"]): ServiceDeploymentBrief => ({
  targetServiceRevisionArn: target,
  createdAt: minute(minutes),
  status,
});

const own = { sourceServiceRevisions: [{ arn: "source" }] };

describe("the way back of a service", () => {
  it("is the target of its newest successful deployment from before the release", () => {
    const deployments = [
      listed("new", 10, "SUCCESSFUL"),
      listed("older", 3, "SUCCESSFUL"),
      listed("good", 5, "SUCCESSFUL"),
    ];
    expect(wayBack(deployments, minute(9), own)).to.equal("good");
  });

  it("is no revision whose deployment failed or was rolled back", () => {
    const bad = ["STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "IN_PROGRESS"] as const;
    const deployments = [listed("good", 1, "SUCCESSFUL"), ...bad.map((status, at) => listed(status, 2 + at, status))];
    expect(wayBack(deployments, minute(9), own)).to.equal("good");
  });

  it("is the revision that the release replaced if ECS lists no deployment from before it", () => {
    expect(wayBack([], minute(9), own)).to.equal("source");
    expect(wayBack([listed("new", 10, "SUCCESSFUL")], minute(9), own)).to.equal("source");
  });

  it("does not exist for a service that ran nothing before", () => {
    expect(wayBack([], minute(9), { sourceServiceRevisions: [] })).to.equal(undefined);
    expect(wayBack([], minute(9), {})).to.equal(undefined);
  });
});
