import { expect } from "chai";
import { describe, it } from "mocha";
import { build, earlierBuildspec, place, useFolder } from "./buildspec-bench.ts";

const download = `aws s3 cp --only-show-errors ${place} PLAN/program.cjs`;

// People may have a copy of the buildspec of a version whose format was 1: the file of that version is in earlier/.
describe("a copy of the buildspec of an earlier version", () => {
  useFolder();

  it("ends with one line, and calls nothing, when `up` has set variables of this version", async () => {
    expect(await build({}, earlierBuildspec)).to.deep.equal({
      code: 1,
      calls: [],
      err: ['BUILD_FORMAT: it is "2", but this buildspec reads format 1; run "pulumi up" for the stack'],
      artifacts: [],
    });
  });

  it("hears from this version's program what to do if it does not look at the format", async () => {
    const commands = (phase: string): readonly string[] =>
      (earlierBuildspec.phases[phase]?.commands ?? []).map((command) =>
        command.replace('"${BUILD_FORMAT:-}" != 1', "x = y"),
      );
    const phases = Object.fromEntries(
      Object.keys(earlierBuildspec.phases).map((name) => [name, { commands: commands(name) }]),
    );
    const { code, calls, err, artifacts } = await build({}, { ...earlierBuildspec, phases });
    expect({ code, calls, artifacts, lines: err.length }).to.deep.equal({
      code: 1,
      calls: [download],
      artifacts: [],
      lines: 1,
    });
    expect(err[0]).to.match(
      /^program\.cjs: "" is not one of plan, .*; if the buildspec is your own, copy the lines of this version's buildspec\.yml into it, or make the setting buildspec empty and run "pulumi up" for the stack$/,
    );
  });
});
