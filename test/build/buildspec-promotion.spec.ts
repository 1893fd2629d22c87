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

  const verified = (name: string): string =>
    `aws ecr describe-images --repository-name shop/qa/${name} --image-ids imageTag=verified-0123abc --query imageDetails[0].imageDigest --output text`;

  const own = (name: string): string => `${look(name, "0123abc")} --query imageDetails[0].imageDigest --output text`;

  const looks = [verified("proxy"), own("proxy"), verified("web"), own("web")].toSorted();

  const put = (name: string, tag: string): readonly string[] => [
    "aws ecr put-image --cli-input-json PLAN/tagged",
    `put shop/staging/${name}:${tag} sha256:${name} "{}\\n" of sha256:${name}`,
  ];

  const copy = (name: string): readonly string[] => [
    `docker buildx imagetools create --tag ${registry}/shop/staging/${name}:latest ${registry}/shop/qa/${name}@sha256:${name}`,
    `aws ecr batch-get-image --repository-name shop/staging/${name} --image-ids imageDigest=sha256:${name} --query images[0] --output json`,
    ...put(name, "latest"),
    ...put(name, "0123abc"),
  ];

  /** Looks are made at once: their order means nothing. */
  const sorted = (calls: readonly string[]): readonly string[] => {
    const looked = calls.filter((call) => call.includes("describe-images"));
    return [...calls.slice(0, 3), ...looked.toSorted(), ...calls.slice(3).filter((call) => !looked.includes(call))];
  };

  beforeEach(() => {
    for (const name of ["proxy", "web"]) write(`state/image-${name}-verified-0123abc`, `sha256:${name}\n`);
  });

  it("copies what the other environment has verified by its digest, builds nothing, and compares as usual", () => {
    const { code, calls, err, artifacts } = build(promoting);
    expect({ code, calls: sorted(calls), err, artifacts }).to.deep.equal({
      code: 0,
      calls: [download, ...login, ...looks, ...copy("proxy"), ...copy("web"), ...compare],
      err: [],
      artifacts: ["imagedefinitions.json", "release.json"],
    });
    expect(JSON.parse(readFileSync(inFolder("imagedefinitions.json"), "utf8"))).to.deep.equal([
      { name: "proxy", imageUri: `${registry}/shop/staging/proxy:0123abc` },
      { name: "web", imageUri: `${registry}/shop/staging/web:0123abc` },
    ]);
  });

  it("copies only what is not here yet, and skips a tag that already points to the digest", () => {
    write("state/image-proxy-0123abc", "sha256:proxy\n");
    write("state/put", "An error occurred (ImageAlreadyExistsException)\n");
    const { code, calls, err } = build(promoting);
    expect([code, sorted(calls), err]).to.deep.equal([
      0,
      [download, ...login, ...looks, ...copy("web"), ...compare],
      [],
    ]);
  });

  it("is refused for images that were not verified there, are not built there, or differ from the one here, all at once", () => {
    rmSync(inFolder("state/image-web-verified-0123abc"));
    write("state/no-proxy", "");
    const absent = build(promoting);
    rmSync(inFolder("state/no-proxy"));
    write("state/image-proxy-0123abc", "sha256:built\n");
    const different = build(promoting);
    const never =
      "web: commit 0123abc was never verified in qa (no verified-0123abc in shop/qa/web); release it there first, or unset promoteFrom";
    const failed = "build: failed, so nothing is pushed; see its log above";
    expect([absent, different].map(({ code, calls, err }) => [code, sorted(calls), err])).to.deep.equal([
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

  it("stops when ECR does not answer, when a copy fails or when a tag is refused", () => {
    write("state/denied", "");
    const denied = build(promoting);
    rmSync(inFolder("state/denied"));
    write("state/copy-fails", "");
    const copied = build(promoting);
    rmSync(inFolder("state/copy-fails"));
    write("state/put", "An error occurred (ImageDigestDoesNotMatchException)\n");
    const tagged = build(promoting);
    const refused = "An error occurred (AccessDeniedException): not authorized";
    expect(
      [denied, copied, tagged].map(({ code, calls, err, artifacts }) => [code, calls.at(-1), err, artifacts]),
    ).to.deep.equal([
      [
        1,
        denied.calls.at(-1),
        [`proxy: ${refused}`, `web: ${refused}`, "build: failed, so nothing is pushed; see its log above"],
        [],
      ],
      [1, copy("proxy")[0], [], []],
      [1, put("proxy", "latest")[1], ["An error occurred (ImageDigestDoesNotMatchException)"], []],
    ]);
  });

  it("needs a commit, which only the pipeline knows", () => {
    const { code, calls, err } = build({
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
