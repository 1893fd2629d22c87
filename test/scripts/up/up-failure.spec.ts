import { expect } from "chai";
import { playedProject, step } from "../../support/project.ts";
import { types, rolled, deployment, up, brief } from "./up-world.ts";

describe("npm run release -- up that fails", () => {
  it("refuses a program with type errors before anything else", async () => {
    const project = { typeErrors: () => Promise.resolve(["index.ts(3,7): error TS2322: no string"]) };
    const remedy = "up: the program has type errors; correct them first (nothing was changed)";
    expect(brief(await up(" --yes", { project }))).to.deep.equal({
      code: 1,
      err: [`index.ts(3,7): error TS2322: no string\n${remedy}`],
      ran: [],
    });
  });

  it("says which state an error of AWS has left, and how to go on", async () => {
    const message = "shop-staging (aws:ecs/service:Service): ExpiredTokenException: The security token is expired";
    const failing = { up: [step("create", "aws:iam/role:Role"), step("update", types.service), new Error(message)] };
    expect(brief(await up(" --yes", { operations: failing }))).to.deep.equal({
      code: 1,
      err: [
        message,
        "the credentials are no longer valid: log in to AWS again, then `npm run release -- up --stack staging`; it continues where this one ended",
        "stack staging: 1 created, 1 updated before it ended, and recorded in the state; `npm run release -- up --stack staging` continues from there",
      ],
      ran: ["up"],
    });
  });

  it("says after Ctrl-C what was done, or that the deployment continues", async () => {
    const stop = new AbortController();
    const interrupted = await up(" --yes", {
      interruption: stop.signal,
      project: {
        run: () => {
          stop.abort();
          return Promise.reject(new Error("update canceled"));
        },
      },
    });
    const later = new AbortController();
    const following = await up(" --yes", {
      operations: { up: rolled },
      interruption: later.signal,
      answers: deployment({ status: "IN_PROGRESS" }),
      onPause: () => {
        later.abort();
      },
    });
    expect([interrupted, following].map(({ code, err }) => ({ code, err }))).to.deep.equal([
      {
        code: 130,
        err: ["interrupted: what had begun was finished", "stack staging: nothing was changed"],
      },
      {
        code: 130,
        err: [
          "stack staging: it is up; its deployments go on without you, `npm run release -- status --stack staging` shows their state",
        ],
      },
    ]);
  });

  it("looks in AWS for what a killed up was creating, before it creates anything", async () => {
    const ran: unknown[] = [];
    const settled = { version: 3, deployment: {} };
    const { out } = await up(" --yes", {
      project: {
        ...playedProject({ up: [step("create", types.service)] }, ran),
        interrupted: () =>
          Promise.resolve({ lines: ["role build: was being created; it is looked for in AWS"], settled }),
        settle: (stack, interrupted) => {
          ran.push([stack, interrupted.settled]);
          return Promise.resolve();
        },
      },
    });
    expect([out[0], ran]).to.deep.equal([
      "interrupted before: role build: was being created; it is looked for in AWS",
      [["staging", settled], "refresh", "up"],
    ]);
  });

  it("says who holds Pulumi's lock if that prevents it from settling what was interrupted", async () => {
    const interrupted = { lines: ["role build: was being made"], settled: { version: 3, deployment: {} } };
    const seen = await up(" --yes", {
      project: {
        interrupted: () => Promise.resolve(interrupted),
        settle: () =>
          Promise.reject(
            new Error("the stack is currently locked\n  1.json: created by ann@desk (pid 8) at 2026-11-24T12:00:00Z"),
          ),
      },
    });
    expect(brief(seen)).to.deep.equal({
      code: 1,
      err: [
        "stack staging: ann on desk (process 8) has held Pulumi's lock since 2026-11-24 12:00:00, but no longer runs; run `pulumi cancel --stack staging`, then `up` again",
        "stack staging: nothing was changed",
      ],
      ran: [],
    });
  });
});
