import { createHash } from "node:crypto";
import { expect } from "chai";
import { describe, it } from "mocha";
import { planCode } from "../../build/code/plan-step.ts";
import { tagOf } from "../../build/code/tag.ts";
import { play, useFolder } from "./plan-bench.ts";

const commit = "0123abc4567890123456789012345678901234ab";
const pipeline = "codepipeline/shop-staging";

const tagged = (SOURCE_REVISION: string, revision: string, CODEBUILD_INITIATOR = pipeline): string =>
  tagOf({ SOURCE_REVISION, CODEBUILD_RESOLVED_SOURCE_VERSION: revision, CODEBUILD_INITIATOR });

const hashed = (version: string): string => createHash("sha256").update(version).digest("hex").slice(0, 7);

describe("the tag of a build's images", () => {
  useFolder();

  it("is the first seven characters of a commit, also of a short one", () => {
    expect([tagged("commit", commit), tagged("commit", "0123abc")]).to.deep.equal(["0123abc", "0123abc"]);
  });

  it("is the beginning of the SHA-256 of an object's version, even if the version looks like a commit", () => {
    const version = "3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo";
    expect([tagged("version", version), tagged("version", commit)]).to.deep.equal([hashed(version), hashed(commit)]);
  });

  it("is latest only if a person starts the build without a revision", () => {
    expect([
      tagged("commit", "", "somebody"),
      tagged("version", "", ""),
      tagged("commit", commit, "somebody"),
    ]).to.deep.equal(["latest", "latest", "0123abc"]);
  });

  const noCommit = (revision: string): string =>
    `CODEBUILD_RESOLVED_SOURCE_VERSION: "${revision}" is no commit; start the pipeline from a commit of its branch`;
  const noVersion = (revision: string): string =>
    `CODEBUILD_RESOLVED_SOURCE_VERSION: "${revision}" is no version; turn on versioning for the source's bucket and upload again`;
  const noKind = (kind: string): string =>
    `SOURCE_REVISION: "${kind}" is neither commit nor version; run "pulumi up" for the stack`;

  const refusals: readonly (readonly [title: string, kind: string, revision: string, line: string])[] = [
    ["no commit in the pipeline", "commit", "", noCommit("")],
    ["a digest", "commit", "sha256:0123", noCommit("sha256:0123")],
    ["the name of a branch", "commit", "main", noCommit("main")],
    ["a commit of six characters", "commit", "0123ab", noCommit("0123ab")],
    ["a commit in upper case", "commit", commit.toUpperCase(), noCommit(commit.toUpperCase())],
    ["two commits in two lines", "commit", `${commit}\n${commit}`, noCommit(`${commit}\n${commit}`)],
    ["no version in the pipeline", "version", "", noVersion("")],
    ["the version of a bucket without versioning", "version", "null", noVersion("null")],
    ["a revision whose kind the project does not say", "", commit, noKind("")],
    ["a revision of an unknown kind", "digest", commit, noKind("digest")],
  ];
  for (const [title, SOURCE_REVISION, revision, line] of refusals) {
    it(`is refused for ${title}, before anything is asked`, async () => {
      const found = await play(
        planCode,
        {},
        {
          SOURCE_REVISION,
          CODEBUILD_RESOLVED_SOURCE_VERSION: revision,
          CODEBUILD_INITIATOR: pipeline,
        },
      );
      expect(found).to.deep.equal({ said: [], err: line.split("\n"), calls: [], released: [] });
    });
  }
});
