import { expect } from "chai";
import { isFixedTag, registryCall } from "../../../local-cloud/endpoint/ecr-rules.ts";

describe("the rules of ECR", () => {
  it("fix every tag, none, or all but the excluded ones", () => {
    const imageTagMutabilityExclusionFilters = [
      { filterType: "WILDCARD", filter: "latest" },
      { filterType: "WILDCARD", filter: "cache*" },
    ];
    const fixed = (imageTagMutability: string): boolean[] =>
      ["a1b2c3d", "latest", "cache-web"].map((tag) =>
        isFixedTag({ imageTagMutability, imageTagMutabilityExclusionFilters }, tag),
      );
    expect(["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"].map(fixed)).to.deep.equal([
      [false, false, false],
      [true, true, true],
      [true, false, false],
      [false, true, true],
    ]);
  });

  it("read the registry's protocol as calls of ECR's API", () => {
    expect([
      registryCall("PUT", "/v2/shop/staging/web/manifests/a1b2c3d"),
      registryCall("PUT", "/v2/shop/staging/web/manifests/sha256:00"),
      registryCall("POST", "/v2/shop/staging/web/blobs/uploads/"),
      registryCall("HEAD", "/v2/shop/staging/web/blobs/sha256:00"),
      registryCall("GET", "/v2/shop/staging/web/referrers/sha256:00"),
      registryCall("GET", "/v2/_catalog"),
    ]).to.deep.equal([
      { repository: "shop/staging/web", actions: ["ecr:PutImage"], pushesTag: "a1b2c3d" },
      { repository: "shop/staging/web", actions: ["ecr:PutImage"] },
      { repository: "shop/staging/web", actions: ["ecr:InitiateLayerUpload"] },
      { repository: "shop/staging/web", actions: ["ecr:BatchCheckLayerAvailability"] },
      { repository: "shop/staging/web", actions: ["ecr:BatchGetImage"] },
      undefined,
    ]);
  });
});
