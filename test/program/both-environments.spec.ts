import { expect } from "chai";
import { bothEnvironments } from "../../examples/both-environments.ts";
import type * as scripts from "../../scripts/index.ts";
import { names, stubClients } from "../support/command-line.ts";

type Verbs = NonNullable<Parameters<typeof bothEnvironments>[1]>;

/** The verbs, in a world where the runs of each stack end as given. */
function verbs(done: unknown[], statuses: Readonly<Record<string, string>>): Verbs {
  return {
    up: async function* (stack, options) {
      done.push(["up", stack, options]);
      const change = { token: "", type: "service", name: `shop-${stack}`, differences: [] };
      yield await Promise.resolve({ kind: "changed", change: { what: "updated", ...change } } as const);
      yield { kind: "ended", changes: [] };
    },
    environment: (stack) => Promise.resolve({ names: { ...names, stack }, clients: stubClients({}) }),
    release: ({ names: { stack } }, options) => {
      done.push(["release", stack, options]);
      return Promise.resolve({ executionId: "42", events: eventsOf(stack, statuses[stack] ?? "Succeeded") });
    },
  };
}

async function* eventsOf(stack: string, status: string): Awaited<ReturnType<typeof scripts.release>>["events"] {
  if (stack === "production") yield await Promise.resolve({ kind: "approval", executionId: "42" });
  const run = { id: "42", status, summary: "the smoke test failed", revision: "", message: "" };
  yield await Promise.resolve({ kind: "ended", run, actions: [] });
}

describe("the example that creates both environments", () => {
  const ups = ["staging", "production"].map((stack) => ["up", stack, { wait: true, yes: true }]);

  it("creates both, releases a commit on staging, and then on production", async () => {
    const [done, lines] = [[] as unknown[], [] as string[]];
    await bothEnvironments("8cf40f2", verbs(done, {}), (line) => lines.push(line));
    expect([done, lines]).to.deep.equal([
      [...ups, ["release", "staging", { commit: "8cf40f2" }], ["release", "production", { commit: "8cf40f2" }]],
      [
        "staging: updated service shop-staging",
        "production: updated service shop-production",
        "staging: run 42 releases 8cf40f2",
        "staging: run 42 has succeeded",
        "production: run 42 releases 8cf40f2",
        "production: run 42 waits for approval",
        "production: run 42 has succeeded",
      ],
    ]);
  });

  it("does not touch production when staging has failed", async () => {
    const done: unknown[] = [];
    const failure: unknown = await bothEnvironments(
      "8cf40f2",
      verbs(done, { staging: "Stopped" }),
      () => undefined,
    ).catch((error: unknown) => error);
    expect([(failure as Error).message, done]).to.deep.equal([
      "staging: run 42 ended as Stopped: the smoke test failed",
      [...ups, ["release", "staging", { commit: "8cf40f2" }]],
    ]);
  });
});
