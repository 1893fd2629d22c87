import { expect } from "chai";
import type { Pipeline } from "../../../local-cloud/codepipeline/declaration.ts";
import { startedBy } from "../../../local-cloud/codepipeline/triggers.ts";
import type { Push } from "../../../local-cloud/codepipeline/triggers.ts";
import { pipeline, source } from "./shop-pipeline.ts";

describe("a push (CodePipeline user guide, Add trigger with code push or pull request event types)", () => {
  const starts = (changed: Partial<Pipeline>, branch: string, fullRepositoryId = "team/shop"): boolean =>
    startedBy({ ...pipeline, ...changed }, { fullRepositoryId, branch, files: [] }).length > 0;
  const triggers = (includes: readonly string[], excludes: readonly string[] = []): Partial<Pipeline> => ({
    triggers: [
      {
        providerType: "CodeStarSourceConnection",
        gitConfiguration: { sourceActionName: "Source", push: [{ branches: { includes, excludes } }] },
      },
    ],
  });
  const detecting = (DetectChanges: string): Partial<Pipeline> => ({
    stages: [{ name: "Source", actions: [{ ...source, configuration: { ...source.configuration, DetectChanges } }] }],
  });

  it("starts a run by the triggers' branch patterns, whatever the action's own branch is", () => {
    expect([
      starts(triggers(["staging"]), "staging"),
      starts(triggers(["staging"]), "main"),
      starts(triggers(["release/*"]), "release/1"),
      starts(triggers(["release/*"]), "release/1/a"),
      starts(triggers(["*"], ["main"]), "main"),
      starts(triggers(["main"]), "main", "team/other"),
    ]).to.deep.equal([true, false, true, false, false, false]);
  });

  const filtered = (...push: readonly object[]): Pipeline => ({
    ...pipeline,
    triggers: [{ providerType: "CodeStarSourceConnection", gitConfiguration: { sourceActionName: "Source", push } }],
  });
  const tag = (name: string): Push => ({ fullRepositoryId: "team/shop", tag: name });
  const files = (branch: string, ...names: readonly string[]): Push => ({
    fullRepositoryId: "team/shop",
    branch,
    files: names,
  });
  const startsAt = (declared: Pipeline, pushes: readonly Push[]): readonly boolean[] =>
    pushes.map((push) => startedBy(declared, push).length > 0);

  it("starts a run for a tag by the triggers' tag patterns, but not by branch patterns or without a trigger", () => {
    const pushes = [tag("v1"), tag("v1-rc"), tag("main"), files("v1")];
    expect([
      startsAt(filtered({ tags: { includes: ["v*"], excludes: ["*-rc"] } }), pushes),
      startsAt(filtered({ tags: { excludes: ["*-rc"] } }), pushes),
      startsAt(filtered({ branches: { includes: ["main"] } }), pushes),
      startsAt(pipeline, pushes),
    ]).to.deep.equal([
      [true, false, false, false],
      [true, false, true, false],
      [false, false, false, false],
      [false, false, false, false],
    ]);
  });

  it("starts a run for a branch only if it also changes a file that the filter matches", () => {
    const declared = filtered({
      branches: { includes: ["main"] },
      filePaths: { includes: ["app/**"], excludes: ["**/*.md"] },
    });
    expect(
      startsAt(declared, [
        files("main", "app/config.ru"),
        files("main", "README.md", "app/a/b.rb"),
        files("main", "app/README.md"),
        files("main", "docs/a.txt"),
        files("other", "app/config.ru"),
      ]),
    ).to.deep.equal([true, true, false, false, false]);
  });

  it("starts a run if one of several filters matches", () => {
    const declared = filtered({ branches: { includes: ["main"] } }, { tags: { includes: ["v*"] } });
    expect(startsAt(declared, [files("main"), tag("v1"), files("other"), tag("w1")])).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
  });

  it("starts a run without triggers when the action detects changes of its branch", () => {
    expect([
      starts(detecting("true"), "main"),
      starts(detecting("true"), "staging"),
      starts(detecting("false"), "main"),
    ]).to.deep.equal([true, false, false]);
  });
});
