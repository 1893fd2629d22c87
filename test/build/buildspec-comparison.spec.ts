import { rmSync } from "node:fs";
import { expect } from "chai";
import { describe, it } from "mocha";
import { compose, inFolder, useFolder, write, build, download, push, compare } from "./buildspec-bench.ts";

describe("buildspec.yml", () => {
  useFolder();

  it("refuses a commit that changes the task definition after its images are pushed", () => {
    write("docker-compose-staging.yml", compose.replace("expose: [3000]", "expose: [3000]\n    command: serve"));
    const { code, calls, err, artifacts } = build();
    expect([code, calls.slice(-7), err, artifacts]).to.deep.equal([
      1,
      [...push("shop/web:0123abc", "web", "latest"), ...push("shop/web:0123abc", "web", "0123abc"), ...compare],
      [
        'docker-compose-staging.yml: this commit changes the task definition (web: command); run "pulumi up" for the stack from this commit, then "release"',
      ],
      [],
    ]);
  });

  it("refuses a commit with a release service that the stack does not have, even if its family exists", () => {
    const { code, err, artifacts } = build({ RELEASE_REVISIONS: "" });
    expect([code, err, artifacts]).to.deep.equal([
      1,
      [
        'docker-compose-staging.yml: this commit changes the task definition (migrate: added); run "pulumi up" for the stack from this commit, then "release"',
      ],
      [],
    ]);
  });

  it("does not count a revision that it cannot read as unchanged", () => {
    write("state/denied-shop-staging:7", "");
    const service = build();
    rmSync(inFolder("state/denied-shop-staging:7"));
    write("state/denied-arn:shop-staging-migrate:3", "");
    const release = build();
    write("state/running", "");
    const absent = build();
    expect([service, release, absent].map(({ code, err, artifacts }) => [code, err, artifacts])).to.deep.equal([
      [254, ["An error occurred (AccessDeniedException): not authorized"], []],
      [254, ["An error occurred (AccessDeniedException): not authorized"], []],
      [1, ['shop-staging: no active service in cluster shop-staging; run "pulumi up" for the stack'], []],
    ]);
  });

  it("stops before it logs in if the stack is from an older program", () => {
    const { code, calls, err } = build({ RELEASE_REVISIONS: undefined });
    expect([code, calls, err.map((line) => line.replace(/^.*line \d+: /, ""))]).to.deep.equal([
      1,
      [download],
      ['RELEASE_REVISIONS: is not set; run "pulumi up" for the stack'],
    ]);
  });
});
