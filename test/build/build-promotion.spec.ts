import { expect } from "chai";
import { describe, it } from "mocha";
import { StepError } from "../../build/kit/step-error.ts";
import { copiesOf, promotionOf } from "../../build/code/promotion.ts";
import type { Look } from "../../build/kit/repository.ts";

const web = { name: "web", source: "registry.example/shop/qa/web", repository: "registry.example/shop/production/web" };
const [seen, other]: readonly [Look, Look] = [{ digest: "sha256:seen" }, { digest: "sha256:other" }];
const absent: Look = { missing: "image", error: "no such image" };
const noRepository: Look = { missing: "repository", error: "no such repository" };
const denied: Look = { error: "not authorized" };

/** The copies of the one image, or the refusal. */
function copies(verified: Look, own: Look): unknown {
  try {
    return copiesOf("qa", "0123abc", [{ ...web, verified, own }]);
  } catch (error) {
    if (error instanceof StepError) return error.message;
    throw error;
  }
}

describe("a promotion", () => {
  const never =
    "web: commit 0123abc was never verified in qa (no verified-0123abc in shop/qa/web); release it there first, or unset promoteFrom";
  const table: readonly (readonly [title: string, verified: Look, own: Look, outcome: unknown])[] = [
    ["copies a verified image that is not here", seen, absent, [{ ...web, digest: "sha256:seen" }]],
    ["copies nothing that already exists here", seen, seen, []],
    ["is refused if nothing was verified", absent, absent, never],
    ["is refused if nothing was verified, even if the image exists here", absent, other, never],
    [
      "is refused if the other environment builds no such image",
      noRepository,
      absent,
      "web: qa builds no such image (there is no shop/qa/web), so 0123abc was never verified there; add it to docker-compose-qa.yml and release that first, or unset promoteFrom",
    ],
    [
      "is refused if the image here is a different one",
      seen,
      other,
      "web: 0123abc in shop/production/web is sha256:other, but qa verified sha256:seen; release another commit, or unset promoteFrom to release what was built here",
    ],
    ["is refused if ECR does not say what was verified", denied, absent, "web: not authorized"],
    ["is refused if ECR does not say what exists here", seen, denied, "web: not authorized"],
    ["is refused if it has no repository here", seen, noRepository, "web: no such repository"],
  ];
  for (const [title, verified, own, outcome] of table) {
    it(title, () => {
      expect(copies(verified, own)).to.deep.equal(outcome);
    });
  }

  it("is undefined if the stack names no environment", () => {
    expect([promotionOf({}, {}, "0123abc"), promotionOf({ PROMOTE_FROM: "" }, {}, "latest")]).to.deep.equal([
      undefined,
      undefined,
    ]);
  });
});
