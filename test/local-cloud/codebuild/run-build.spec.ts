import { expect } from "chai";
import { readBuildspec } from "../../../local-cloud/codebuild/buildspec.ts";
import { nextPhase } from "../../../local-cloud/codebuild/run-build.ts";
import { phaseNames } from "../../../local-cloud/codebuild/buildspec-types.ts";

const withPhase = (name: string, lines: string) => `version: 0.2\nphases:\n  ${name}:\n${lines}`;
const commands = "    commands: [make]\n";

describe("what follows a phase (CodeBuild user guide, Build phase transitions)", () => {
  const transitions = (onFailure: string) =>
    phaseNames.flatMap((name) => {
      const buildspec = readBuildspec(withPhase(name, `${onFailure}${commands}`));
      return [[name, nextPhase(buildspec, name, true), nextPhase(buildspec, name, false)]];
    });

  it("is the end when install or pre_build fails, and post_build and the artifacts when build fails", () => {
    expect(transitions("")).to.deep.equal([
      ["install", "pre_build", "FINALIZING"],
      ["pre_build", "build", "FINALIZING"],
      ["build", "post_build", "post_build"],
      ["post_build", "UPLOAD_ARTIFACTS", "UPLOAD_ARTIFACTS"],
    ]);
  });

  it("is the end after a failure with on-failure ABORT", () => {
    expect(transitions("    on-failure: ABORT\n").map(([name, , failed]) => [name, failed])).to.deep.equal(
      phaseNames.map((name) => [name, "FINALIZING"]),
    );
  });

  it("is the next phase after a failure with on-failure CONTINUE", () => {
    expect(
      transitions("    on-failure: CONTINUE\n").map(([name, good, failed]) => [name, good === failed]),
    ).to.deep.equal(phaseNames.map((name) => [name, true]));
  });
});
