import { expect } from "chai";
import { ImageRepositories } from "../../components/image-repositories.ts";
import { seen, settled, startCloud, valueOf } from "../support/cloud.ts";
import { production, staging } from "../support/names.ts";

const moving = [
  { filter: "cache", filterType: "WILDCARD" },
  { filter: "latest", filterType: "WILDCARD" },
];

describe("the image repositories", () => {
  beforeEach(() => startCloud());

  it("fix commit tags, let latest and the build's cache move, and go with their images on staging", async () => {
    new ImageRepositories("shop-staging", { names: staging, images: ["proxy", "web"] });
    await settled();
    expect(seen()).to.deep.equal([
      [
        "aws:ecr/repository:Repository",
        "shop-staging-proxy",
        {
          forceDelete: true,
          imageScanningConfiguration: { scanOnPush: true },
          imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
          imageTagMutabilityExclusionFilters: moving,
          name: "shop/staging/proxy",
        },
        { parent: "ImageRepositories shop-staging" },
      ],
      [
        "aws:ecr/repository:Repository",
        "shop-staging-web",
        {
          forceDelete: true,
          imageScanningConfiguration: { scanOnPush: true },
          imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
          imageTagMutabilityExclusionFilters: moving,
          name: "shop/staging/web",
        },
        { parent: "ImageRepositories shop-staging" },
      ],
      ["compose-ecs-pipeline:index:ImageRepositories", "shop-staging", {}, {}],
    ]);
  });

  it("stay while images are in them on production", async () => {
    new ImageRepositories("shop-production", { names: production, images: ["web"], protect: true });
    await settled();
    expect(seen()).to.deep.equal([
      [
        "aws:ecr/repository:Repository",
        "shop-production-web",
        {
          forceDelete: false,
          imageScanningConfiguration: { scanOnPush: true },
          imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
          imageTagMutabilityExclusionFilters: moving,
          name: "shop/production/web",
        },
        { parent: "ImageRepositories shop-production", protect: true },
      ],
      ["compose-ecs-pipeline:index:ImageRepositories", "shop-production", {}, {}],
    ]);
  });

  it("tell the URI of each image", async () => {
    const { uris } = new ImageRepositories("shop-staging", { names: staging, images: ["web"] });
    await settled();
    expect(Object.keys(uris)).to.deep.equal(["web"]);
    expect(uris["web"] && (await valueOf(uris["web"]))).to.equal(
      "000000000000.dkr.ecr.us-east-1.amazonaws.com/shop/staging/web",
    );
  });
});
