import { expect } from "chai";
import { registry, verify, runs, marks, marked } from "./verify-bench.ts";

describe("the mark of a verified release", () => {
  const release = (...imageUris: readonly string[]) => ({
    "release.json": JSON.stringify(imageUris.map((imageUri, index) => ({ name: `task-${index}`, imageUri }))),
  });

  it("is also on the images of release tasks, but only on those that the pipeline builds", () => {
    const built = {
      "proxy.digest": "sha256:proxy\n",
      ...release(`${registry}/proxy:0123abc`, "curl:1", "acme/curl:1"),
    };
    const { code, out, deeds } = verify(built);
    expect([code, out, deeds]).to.deep.equal([
      0,
      [...runs, "shop/staging/proxy: sha256:proxy is verified-0123abc", ...marks],
      [marked.replaceAll("web", "proxy"), marked],
    ]);
  });

  it("is not set for images by digest, which belong to no commit", () => {
    const { code, out, deeds } = verify(release(`${registry}/proxy@sha256:${"0".repeat(64)}`, "curl@sha256:0"));
    expect([code, out, deeds]).to.deep.equal([
      0,
      [...runs, ...marks, "images that were released by digest belong to no commit and are not marked as verified"],
      [marked],
    ]);
  });

  for (const error of ["ImageAlreadyExistsException", "ImageTagAlreadyExistsException"]) {
    it(`may already exist on the same digest (${error})`, () => {
      expect(verify({ put: `An error occurred (${error})`, verified: "sha256:web\n" })).to.deep.equal({
        code: 0,
        out: [...runs, ...marks],
        err: [],
        deeds: [marked],
      });
    });
  }

  it("fails the release if it is on another digest, or if ECR refuses it", () => {
    const there = verify({ put: "An error occurred (ImageTagAlreadyExistsException)", verified: "sha256:other\n" });
    const denied = verify({ put: "An error occurred (AccessDeniedException)" });
    expect([there, denied].map(({ code, out, err }) => [code, out, err])).to.deep.equal([
      [
        1,
        runs,
        [
          "shop/staging/web: verified-0123abc is sha256:other, but sha256:web was released; delete that tag and retry the stage; the new revision still runs",
        ],
      ],
      [
        1,
        runs,
        ["shop/staging/web: verified-0123abc: An error occurred (AccessDeniedException); the new revision still runs"],
      ],
    ]);
  });

  it("is not set if the release fails", () => {
    expect(verify({ tasks: "[]" }).deeds.filter((deed) => deed.startsWith("put-image"))).to.deep.equal([]);
  });
});
