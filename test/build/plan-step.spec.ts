import { existsSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { beforeEach, describe, it } from "mocha";
import { planCode } from "../../build/code/plan-step.ts";
import { awsError, type Answers } from "../support/command-line.ts";
import { compose, environment, inFolder, linesOf, noRights, plan, play, promoting, useFolder } from "./plan-bench.ts";

interface Asked {
  readonly repositoryName: string;
}

/** ECR that has these images and no others. */
const ecrWith = (...present: readonly string[]): Answers => ({
  DescribeImages: ({ repositoryName }: Asked) => {
    if (present.some((name) => repositoryName.endsWith(`/${name}`)))
      return { imageDetails: [{ imageDigest: "sha256:a" }] };
    throw awsError("ImageNotFoundException", "The image does not exist");
  },
});

const looks = ["proxy", "web"].map((name) => [
  "DescribeImages",
  { repositoryName: `shop/staging/${name}`, imageIds: [{ imageTag: "0123abc" }] },
]);

/** The files of the shell that say what is built, tested and pushed. */
const lists = () =>
  Object.fromEntries(["services-to-build", "tests", "to-push"].map((file) => [file, linesOf(file)] as const));

const tests = `  unit: {profiles: [test], build: {target: test}}
  system: {profiles: [test], image: "shop/web:\${IMAGE_TAG:-latest}"}
`;

const pushed = {
  proxy: "compose-ecs-pipeline-proxy\tregistry.example/shop/staging/proxy",
  web: "shop/web:0123abc\tregistry.example/shop/staging/web",
};

describe("the verb plan", () => {
  useFolder();

  it("asks ECR for all images at once, and writes what the shell reads, one thing a line", async () => {
    const { calls, ...rest } = await play(planCode, ecrWith(), { BUILD_CACHE: "registry", BASE_IMAGES: "a:1=b/a:1" });
    expect(rest).to.deep.equal({ said: [], err: [], released: [] });
    expect(calls.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))).to.deep.equal(looks);
    const files = ["image-tag", "tags", "unset-parameters", "registries", "base-images", "builder", "compose-files"];
    expect(Object.fromEntries([...files, "copies"].map((file) => [file, linesOf(file)]))).to.deep.equal({
      "image-tag": ["0123abc"],
      tags: ["latest", "0123abc"],
      "unset-parameters": ["DATABASE_URL"],
      registries: ["registry.example"],
      "base-images": ["a:1\tb/a:1"],
      builder: ["moby/buildkit:buildx-stable-1"],
      "compose-files": ["-f", "docker-compose-staging.yml"],
      copies: [],
    });
    expect(lists()).to.deep.equal({
      "services-to-build": ["proxy", "web"],
      tests: [],
      "to-push": [pushed.proxy, pushed.web],
    });
    const cached = plan({ BUILD_CACHE: "registry", BASE_IMAGES: "a:1=b/a:1" });
    expect(["plan.json", "override.json"].map((file) => JSON.parse(linesOf(file).join("\n")) as unknown)).to.deep.equal(
      [cached, cached.override],
    );
  });

  it("builds only what ECR does not have, and says what it has", async () => {
    const some = await play(planCode, ecrWith("proxy"));
    const first = lists();
    const none = await play(planCode, ecrWith("proxy", "web"));
    expect([some.said, first, none.said, lists()]).to.deep.equal([
      ["proxy: 0123abc is in ECR already"],
      { "services-to-build": ["web"], tests: [], "to-push": [pushed.web] },
      ["proxy: 0123abc is in ECR already", "web: 0123abc is in ECR already"],
      { "services-to-build": [], tests: [], "to-push": [] },
    ]);
  });

  it("builds all images for tests, but pushes only what ECR does not have; without anything to push it tests nothing", async () => {
    writeFileSync(inFolder("docker-compose-staging.yml"), compose + tests);
    await play(planCode, ecrWith("proxy"), { RUN_TESTS: "true" });
    const some = lists();
    await play(planCode, ecrWith("proxy", "web"), { RUN_TESTS: "true" });
    expect([some, lists()]).to.deep.equal([
      { "services-to-build": ["proxy", "web", "unit"], tests: ["unit", "system"], "to-push": [pushed.web] },
      { "services-to-build": [], tests: [], "to-push": [] },
    ]);
  });

  it("asks for no image that is named latest, and builds it again", async () => {
    const { calls } = await play(planCode, {}, { CODEBUILD_RESOLVED_SOURCE_VERSION: "" });
    expect([calls, linesOf("tags"), linesOf("services-to-build")]).to.deep.equal([[], ["latest"], ["proxy", "web"]]);
  });

  it("asks for no image that is promoted", async () => {
    const { calls, err } = await play(planCode, {}, promoting);
    expect([calls, err, lists()]).to.deep.equal([[], [], { "services-to-build": [], tests: [], "to-push": [] }]);
  });

  it("gives Compose no word for a parameter whose value the build has", async () => {
    await play(planCode, ecrWith(), { DATABASE_URL: "given", COMPOSE_PARAMETERS: "DATABASE_URL TOKEN" });
    expect(linesOf("unset-parameters")).to.deep.equal(["TOKEN"]);
  });

  it("ends if ECR refuses to answer or has no such repository, and names each image", async () => {
    const { err, released } = await play(planCode, {
      DescribeImages: ({ repositoryName }: Asked) => {
        if (repositoryName.endsWith("/web")) throw awsError("AccessDeniedException", "not authorized");
        throw awsError("RepositoryNotFoundException", "The repository does not exist");
      },
    });
    expect([err, released, existsSync(inFolder("plan"))]).to.deep.equal([
      [
        'proxy: ecr:DescribeImages on shop/staging/proxy:0123abc: The repository does not exist; run "pulumi up" for the stack, which creates it',
        `web: ecr:DescribeImages on shop/staging/web:0123abc: ${noRights}`,
      ],
      [],
      false,
    ]);
  });

  describe("after an earlier build", () => {
    beforeEach(() => {
      for (const file of ["imagedefinitions.json", "imagedefinitions-worker.json", "release.json"])
        writeFileSync(inFolder(file), "[]");
      writeFileSync(inFolder("release.json.md"), "not of the build");
    });

    it("removes what that build has released, and nothing else, whether or not it fails itself", async () => {
      const failed = await play(planCode, {}, { SOURCE_REVISION: "" });
      writeFileSync(inFolder("release.json"), "[]");
      const planned = await play(planCode, ecrWith());
      expect([failed.released, planned.released, existsSync(inFolder("release.json.md"))]).to.deep.equal([
        [],
        [],
        true,
      ]);
    });
  });

  it("is refused without the revisions that the comparison needs, before anything is asked", async () => {
    const { err, calls } = await play(planCode, {}, { RELEASE_REVISIONS: undefined });
    const empty = await play(planCode, ecrWith(), { RELEASE_REVISIONS: "" });
    expect([err, calls, empty.err]).to.deep.equal([
      ['RELEASE_REVISIONS: not set; run "pulumi up" for the stack, which sets it in the build project'],
      [],
      [],
    ]);
  });

  it("is refused without a folder, or with more than one", async () => {
    const remedy =
      'if the buildspec is your own, copy the lines of this version\'s buildspec.yml into it, or make the setting buildspec empty and run "pulumi up" for the stack';
    const none = await play(planCode, {}, {}, []);
    const two = await play(planCode, {}, environment, ["one", "two"]);
    expect([none.err, two.err]).to.deep.equal([
      [`program.cjs plan: it needs one folder, but got ""; ${remedy}`],
      [`program.cjs plan: it needs one folder, but got "one two"; ${remedy}`],
    ]);
  });
});
