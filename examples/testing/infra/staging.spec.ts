import { expect } from "chai";
// In a project of your own: from "compose-ecs-pipeline/testing".
import { testStack, type TestedStack } from "../../../testing/index.ts";
// With vitest, add: import { beforeAll as before, describe, it } from "vitest";

describe("staging", () => {
  let stack: TestedStack;
  before(async () => {
    stack = await testStack({ directory: import.meta.dirname, stack: "staging" });
  });

  it("runs the web service twice and the worker once", () => {
    // A new service has no task before its first release, so the resource itself has the count 0.
    expect(stack.outputs).to.have.deep.nested.property("environment.taskCounts", {
      "shop-staging": { least: 2, most: 2 },
      "shop-staging-worker": { least: 1, most: 1 },
    });
  });

  it("asks every container whether it is healthy", () => {
    const definitions = stack.resources.filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition");
    const containers = definitions.flatMap(
      ({ inputs }) => inputs["containerDefinitions"] as { healthCheck?: object }[],
    );
    expect(containers.filter(({ healthCheck }) => healthCheck === undefined)).to.deep.equal([]);
  });

  it("lets containers read and write uploads, and delete neither the bucket nor a parameter", () => {
    const { may } = stack.role("shop-staging-task");
    const { arn: bucket } = stack.only("aws:s3/bucket:Bucket", "shop-staging-files");
    const parameter = stack.arn("ssm", "parameter/shop/staging/DATABASE_URL");
    expect([may("s3:GetObject", `${bucket}/a.png`), may("s3:PutObject", `${bucket}/a.png`)]).to.deep.equal([
      true,
      true,
    ]);
    expect([may("s3:DeleteBucket", bucket), may("ssm:DeleteParameter", parameter)]).to.deep.equal([false, false]);
  });
});
