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

  it("names images latest when a person starts it without a commit, and builds them again", async () => {
    write("state/image-web-latest", "");
    const { code, calls } = await build({ CODEBUILD_RESOLVED_SOURCE_VERSION: "", CODEBUILD_INITIATOR: "somebody" });
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

  it("names images by the first seven digits of the SHA-256 of an object's version", async () => {
    const version = "3sL4kqtJlcpXroDTDmJ+rmSpXd3dIbrHY+MTRCxf3vjVBH40Nr8X8gdRQBpUMLUo";
    const tag = createHash("sha256").update(version).digest("hex").slice(0, 7);
    const { code, calls } = await build({ SOURCE_REVISION: "version", CODEBUILD_RESOLVED_SOURCE_VERSION: version });
    expect([code, calls.filter((call) => call.startsWith("docker") && call.endsWith(`:${tag}`))]).to.deep.equal([
      0,
      [...push(proxy, "proxy", tag), ...push(`shop/web:${tag}`, "web", tag)],
    ]);
  });

  it("names images by the hash of a version even if the version looks like a commit", async () => {
    const tag = createHash("sha256").update(commit).digest("hex").slice(0, 7);
    const { calls } = await build({ SOURCE_REVISION: "version" });
    expect(calls.filter((call) => call.startsWith("DescribeImages"))).to.deep.equal([
      look("proxy", tag),
      look("web", tag),
    ]);
  });

  it("ends before it logs in if the revision is no commit", async () => {
    expect(await build({ CODEBUILD_RESOLVED_SOURCE_VERSION: "main" })).to.deep.equal({
      code: 1,
      calls: [download],
      err: ['CODEBUILD_RESOLVED_SOURCE_VERSION: "main" is no commit; start the pipeline from a commit of its branch'],
      artifacts: [],
    });
  });
});
