import { expect } from "chai";
import { describe, it } from "mocha";
import { compose, useFolder, write, build, push, compare } from "./buildspec-bench.ts";

describe("buildspec.yml", () => {
  useFolder();

  it("refuses a commit that changes the task definition after its images are pushed", async () => {
    write("docker-compose-staging.yml", compose.replace("expose: [3000]", "expose: [3000]\n    command: serve"));
    const { code, calls, err, artifacts } = await build();
    expect([code, calls.slice(-7), err, artifacts]).to.deep.equal([
      1,
      [...push("shop/web:0123abc", "web", "latest"), ...push("shop/web:0123abc", "web", "0123abc"), ...compare],
      [
        'docker-compose-staging.yml: this commit changes the task definition (web: command); run "pulumi up" for the stack from this commit, then "release"',
      ],
      [],
    ]);
  });

  it("refuses a commit with a release service that the stack does not have, even if its family exists", async () => {
    const { code, err, artifacts } = await build({ RELEASE_REVISIONS: "" });
    expect([code, err, artifacts]).to.deep.equal([
      1,
      [
        'docker-compose-staging.yml: this commit changes the task definition (migrate: added); run "pulumi up" for the stack from this commit, then "release"',
      ],
      [],
    ]);
  });
});
