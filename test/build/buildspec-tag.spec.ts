import { createHash } from "node:crypto";
import { expect } from "chai";
import { describe, it } from "mocha";
import {
  commit,
  useFolder,
  write,
  build,
  download,
  login,
  look,
  compile,
  push,
  compare,
  proxy,
} from "./buildspec-bench.ts";

describe("buildspec.yml", () => {
  useFolder();

  it("names images latest when a person starts it without a commit, and builds them again", () => {
    write("state/image-web-latest", "");
    const { code, calls } = build({ CODEBUILD_RESOLVED_SOURCE_VERSION: "", CODEBUILD_INITIATOR: "somebody" });
    expect({ code, calls }).to.deep.equal({
      code: 0,
      calls: [
        download,
        ...login,
        compile("proxy", "web"),
        ...push(proxy, "proxy", "latest"),
        ...push("shop/web:latest", "web", "latest"),
        ...compare,
      ],
    });
  });

  it("names images by the first seven digits of the SHA-256 of an object's version", () => {
    const version = "3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo";
    const tag = createHash("sha256").update(version).digest("hex").slice(0, 7);
    const { code, calls } = build({ SOURCE_REVISION: "version", CODEBUILD_RESOLVED_SOURCE_VERSION: version });
    expect([code, calls.filter((call) => call.endsWith(`:${tag}`))]).to.deep.equal([
      0,
      [...push(proxy, "proxy", tag), ...push(`shop/web:${tag}`, "web", tag)],
    ]);
  });

  it("names images by the hash of a version even if the version looks like a commit", () => {
    const tag = createHash("sha256").update(commit).digest("hex").slice(0, 7);
    const { calls } = build({ SOURCE_REVISION: "version" });
    expect(calls.filter((call) => call.startsWith("aws ecr describe"))).to.deep.equal([
      look("proxy", tag),
      look("web", tag),
    ]);
  });

  for (const version of ["", "null"]) {
    it(`refuses the version "${version}" in the pipeline, which a bucket without versioning has`, () => {
      expect(build({ SOURCE_REVISION: "version", CODEBUILD_RESOLVED_SOURCE_VERSION: version })).to.deep.equal({
        code: 1,
        calls: [download],
        err: [
          `CODEBUILD_RESOLVED_SOURCE_VERSION: "${version}" is no version; turn on versioning for the source's bucket and upload again`,
        ],
        artifacts: [],
      });
    });
  }

  it("does not guess the kind of a revision if the project does not say it", () => {
    const { code, calls, err } = build({ SOURCE_REVISION: "" });
    expect({ code, calls, err }).to.deep.equal({
      code: 1,
      calls: [download],
      err: ['SOURCE_REVISION: "" is neither commit nor version; run "pulumi up" for the stack'],
    });
  });

  for (const version of ["", "sha256:0123", "main"]) {
    it(`refuses the commit "${version}" in the pipeline`, () => {
      expect(build({ CODEBUILD_RESOLVED_SOURCE_VERSION: version })).to.deep.equal({
        code: 1,
        calls: [download],
        err: [
          `CODEBUILD_RESOLVED_SOURCE_VERSION: "${version}" is no commit; start the pipeline from a commit of its branch`,
        ],
        artifacts: [],
      });
    });
  }
});
