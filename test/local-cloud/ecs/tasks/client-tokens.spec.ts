import { expect } from "chai";
import { clientTokens } from "../../../../local-cloud/ecs/tasks/client-tokens.ts";
import { AwsError, type Input } from "../../../../local-cloud/kit/service.ts";

/** A RunTask that starts task 1, then 2 …; returns its answer or its refusal. */
function runTask() {
  const once = clientTokens();
  let started = 0;
  return (cluster: string, input: Input): string => {
    try {
      return once(cluster, input, () => [String((started += 1))]).join(", ");
    } catch (error) {
      return error instanceof AwsError ? `${error.code}: ${error.message}` : String(error);
    }
  };
}

// "Ensuring idempotency", ECS API reference.
describe("the client token of RunTask on the local cloud", () => {
  const request = { cluster: "shop", taskDefinition: "shop-migrate:7", clientToken: "a" };
  const conflict = "ConflictException: The provided clientToken is already in use with a different RunTask request: 1";

  it("returns the task of the first request when the same request comes again", () => {
    const run = runTask();
    expect([
      run("shop", request),
      run("shop", { ...request }),
      run("shop", { ...request, clientToken: "b" }),
    ]).to.deep.equal(["1", "1", "2"]);
  });

  it("refuses a token that was used with another parameter, and starts no task", () => {
    const run = runTask();
    const others = [
      request,
      { ...request, taskDefinition: "shop-migrate:8" },
      { ...request, startedBy: "run-2" },
      { cluster: "shop", taskDefinition: "shop-migrate:7:", clientToken: "a" },
      { ...request, clientToken: "b" },
    ];
    expect(others.map((other) => run("shop", other))).to.deep.equal(["1", conflict, conflict, conflict, "2"]);
  });

  it("counts in one cluster only, and every request without a token starts a task", () => {
    const run = runTask();
    const without = { cluster: "shop", taskDefinition: "shop-migrate:7" };
    expect([
      run("shop", request),
      run("other", { ...request, count: 2 }),
      run("shop", without),
      run("shop", without),
    ]).to.deep.equal(["1", "2", "3", "4"]);
  });

  it("has up to 64 ASCII characters in the range of 33-126", () => {
    const run = runTask();
    const refused = "InvalidParameterException: clientToken: up to 64 ASCII characters in the range of 33-126.";
    const tokens = ["x".repeat(64), "!~", "x".repeat(65), "a b", "é"];
    expect(tokens.map((clientToken) => run("shop", { ...request, clientToken }))).to.deep.equal([
      "1",
      "2",
      refused,
      refused,
      refused,
    ]);
  });
});
