import { readFileSync, rmSync } from "node:fs";
import { expect } from "chai";
import { beforeEach, describe, it } from "mocha";
import { registry, inFolder, useFolder, write, build, download, login, look, compare } from "./buildspec-bench.ts";

describe("buildspec.yml that promotes", () => {
  useFolder();

  const promoting = {
    PROMOTE_FROM: "qa",
    PROMOTE_REPOSITORIES: "web=shop/qa/web proxy=shop/qa/proxy",
  };

  const looks = ["proxy", "web"]
    .flatMap((name) => [`DescribeImages shop/qa/${name}:verified-0123abc`, look(name, "0123abc")])
    .toSorted();

  const copy = (name: string): string =>
    `docker buildx imagetools create --tag ${registry}/shop/staging/${name}:latest ${registry}/shop/qa/${name}@sha256:${name}`;

  const put = (name: string, tag: string): string =>
    `PutImage shop/staging/${name}:${tag} sha256:${name} "{}\\n" of sha256:${name}`;

  const tagged = (name: string): readonly string[] => [
    `BatchGetImage shop/staging/${name}@sha256:${name}`,
    put(name, "latest"),
    put(name, "0123abc"),
  ];

  /** The calls about one image, in their order; those about several images are made at once. */
  const about = (name: string, calls: readonly string[]): readonly string[] =>
    calls.filter((call) => /^(BatchGetImage|PutImage)/.test(call) && call.includes(`/${name}`));

  const others = (calls: readonly string[]): readonly string[] =>
    calls.filter((call) => !/^(BatchGetImage|PutImage)/.test(call));

  beforeEach(() => {
    for (const name of ["proxy", "web"]) write(`state/image-${name}-verified-0123abc`, `sha256:${name}\n`);
  });

  it("copies what the other environment has verified by its digest, builds nothing, and compares as usual", async () => {
    const { code, calls, err, artifacts } = await build(promoting);
    expect({ code, calls: others(calls), err, artifacts }).to.deep.equal({
      code: 0,
      calls: [download, ...login, ...looks, copy("proxy"), copy("web"), ...compare],
      err: [],
      artifacts: ["imagedefinitions.json", "release.json"],
    });
    expect([about("proxy", calls), about("web", calls)]).to.deep.equal([tagged("proxy"), tagged("web")]);
    // A tag is put on what has arrived, and nothing is released before it has its tag.
    expect(calls.indexOf(compare[0] ?? "") - calls.indexOf(copy("web"))).to.equal(7);
    expect(JSON.parse(readFileSync(inFolder("imagedefinitions.json"), "utf8"))).to.deep.equal([
      { name: "proxy", imageUri: `${registry}/shop/staging/proxy:0123abc` },
      { name: "web", imageUri: `${registry}/shop/staging/web:0123abc` },
    ]);
  });

  it("copies only what is not here yet, and skips a tag that already points to the digest", async () => {
    write("state/image-proxy-0123abc", "sha256:proxy\n");
    write("state/put", "ImageAlreadyExistsException\n");
    const { code, calls, err } = await build(promoting);
    const [got = "", ...puts] = tagged("web");
    const asked = [look("web", "latest"), look("web", "0123abc")];
    const tagging = puts.flatMap((call, index) => [call, asked[index] ?? ""]);
    expect([code, calls, err]).to.deep.equal([
      0,
      [download, ...login, ...looks, copy("web"), got, ...tagging, ...compare],
      [],
    ]);
  });

  it("is refused for images that were not verified there, are not built there, or differ from the one here, all at once", async () => {
    rmSync(inFolder("state/image-web-verified-0123abc"));
    write("state/no-proxy", "");
    const absent = await build(promoting);
    rmSync(inFolder("state/no-proxy"));
    write("state/image-proxy-0123abc", "sha256:built\n");
    const different = await build(promoting);
    const never =
      "web: commit 0123abc was never verified in qa (no verified-0123abc in shop/qa/web); release it there first, or unset promoteFrom";
    const failed = "build: failed, so nothing is pushed; see its log above";
    expect([absent, different].map(({ code, calls, err }) => [code, calls, err])).to.deep.equal([
      [
        1,
        [download, ...login, ...looks],
        [
          "proxy: qa builds no such image (there is no shop/qa/proxy), so 0123abc was never verified there; add it to docker-compose-qa.yml and release that first, or unset promoteFrom",
          never,
          failed,
        ],
      ],
      [
        1,
        [download, ...login, ...looks],
        [
          "proxy: 0123abc in shop/staging/proxy is sha256:built, but qa verified sha256:proxy; release another commit, or unset promoteFrom to release what was built here",
          never,
          failed,
        ],
      ],
    ]);
  });

  it("stops when ECR does not answer, when a copy fails or when a tag is refused", async () => {
    write("state/denied", "");
    const denied = await build(promoting);
    rmSync(inFolder("state/denied"));
    write("state/copy-fails", "");
    const copied = await build(promoting);
    rmSync(inFolder("state/copy-fails"));
    write("state/put", "ImageDigestDoesNotMatchException\n");
    const refused = await build(promoting);
    const rights =
      'not authorized; run "pulumi up" for the stack, which gives the role its permissions; a policy of the account may deny it';
    expect([denied.code, denied.calls, denied.err, denied.artifacts]).to.deep.equal([
      1,
      [download, ...login, ...looks],
      [
        `proxy: ecr:DescribeImages on shop/qa/proxy:verified-0123abc: ${rights}`,
        `web: ecr:DescribeImages on shop/qa/web:verified-0123abc: ${rights}`,
        "build: failed, so nothing is pushed; see its log above",
      ],
      [],
    ]);
    expect([copied.code, copied.calls.at(-1), copied.err, copied.artifacts]).to.deep.equal([1, copy("proxy"), [], []]);
    expect([refused.code, about("proxy", refused.calls).at(-1), refused.err, refused.artifacts]).to.deep.equal([
      1,
      put("proxy", "latest"),
      ["proxy", "web"].map((name) => `ecr:PutImage on shop/staging/${name}:latest: refused; start the stage again`),
      [],
    ]);
  });

  it("needs a commit, which only the pipeline knows", async () => {
    const { code, calls, err } = await build({
      ...promoting,
      CODEBUILD_RESOLVED_SOURCE_VERSION: "",
      CODEBUILD_INITIATOR: "somebody",
    });
    expect([code, calls, err]).to.deep.equal([
      1,
      [download],
      ['PROMOTE_FROM: "latest" is not a verified commit; start the pipeline instead of the build'],
    ]);
  });
});
