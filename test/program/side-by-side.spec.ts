import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { planEnvironment } from "../../components/index.ts";
import { sideBySide } from "../../components/kit/side-by-side.ts";
import { readSettings } from "../../settings.ts";
import { parametersThere } from "../../testing/first-up.ts";
import { released, runs } from "../components/service/running-bench.ts";
import { startCloud } from "../support/cloud.ts";
import { configOf, runProgram } from "../support/program.ts";

describe("what the program reads", () => {
  it("is asked for in three rounds of calls, and each call is made once", async () => {
    await runProgram({ stack: "staging" });
    const answers = { ...parametersThere, ...runs(released("aaaaaaa")) };
    await startCloud({ stack: "staging", config: configOf("staging"), answers });
    const rounds = countRounds();
    await planEnvironment(readSettings());
    expect(rounds()).to.deep.equal([
      ["getCallerIdentity", "getPartition", "getRegion"],
      ["getParameter", "getParameter", "getParametersByPath", "getService", "getService", "getSubnets"],
      ["getTaskDefinition"],
    ]);
  });

  it("is refused with the first error of the list, whichever comes first", async () => {
    const late = sleep(5).then(() => Promise.reject(new Error("late")));
    const failure: unknown = await sideBySide(1, late, Promise.reject(new Error("early"))).catch(
      (error: unknown) => error,
    );
    expect(String(failure)).to.equal("Error: late");
  });
});

/** Delays each answer, and returns the calls by the round in which they are made: one after the answers of the round before. */
function countRounds(): () => readonly (readonly string[])[] {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const invoke = monitor.invoke.bind(monitor);
  const rounds: string[][] = [];
  let ended = 0;
  monitor.invoke = async (request, callback) => {
    const round = ended;
    (rounds[round] ??= []).push(request.getTok().split(":").at(-1) ?? "");
    await sleep(20);
    ended = Math.max(ended, round + 1);
    await invoke(request, callback);
  };
  return () => rounds.map((calls) => calls.toSorted());
}

/** The part of Pulumi's mocked monitor that answers calls. */
interface Monitor {
  invoke: (request: { getTok(): string }, callback: unknown) => Promise<void>;
}
