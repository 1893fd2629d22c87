import { expect } from "chai";
import { ImageRepositories, isFixedTag } from "../../../components/application/image-repositories.ts";
import { cloud, only, seen, settled, startCloud, valueOf } from "../../support/cloud.ts";
import { production, staging } from "../../support/names.ts";

const args = { newest: { tag: "latest", untaggedExpire: true }, names: staging, untaggedImageDays: 14 };

/** The lifecycle policy of a repository: only images without a tag expire. */
const lifecycle = (name: string, repository: string, component: string) => [
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  name,
  {
    policy: {
      rules: [
        {
          rulePriority: 1,
          description: "what latest and cache tags have left behind",
          selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 },
          action: { type: "expire" },
        },
      ],
    },
    repository,
  },
  { parent: `ImageRepositories ${component}` },
];

describe("the image repositories", () => {
  beforeEach(() => startCloud());

  it("fix commit tags, let latest and cache tags move, let images without a tag expire, and on staging are deleted with their images", async () => {
    new ImageRepositories("shop-staging", { ...args, images: ["proxy", "web"] });
    await settled();
    expect(seen()).to.deep.equal([
      lifecycle("shop-staging-proxy", "shop/staging/proxy", "shop-staging"),
      lifecycle("shop-staging-web", "shop/staging/web", "shop-staging"),
      [
        "aws:ecr/repository:Repository",
        "shop-staging-proxy",
        {
          forceDelete: true,
          imageScanningConfiguration: { scanOnPush: true },
          imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
          imageTagMutabilityExclusionFilters: [
            { filter: "latest", filterType: "WILDCARD" },
            { filter: "cache*", filterType: "WILDCARD" },
          ],
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
          imageTagMutabilityExclusionFilters: [
            { filter: "latest", filterType: "WILDCARD" },
            { filter: "cache*", filterType: "WILDCARD" },
          ],
          name: "shop/staging/web",
        },
        { parent: "ImageRepositories shop-staging" },
      ],
      ["compose-ecs-pipeline:index:ImageRepositories", "shop-staging", {}, {}],
    ]);
  });

  it("cannot be deleted while they have images on production", async () => {
    new ImageRepositories("shop-production", { ...args, names: production, images: ["web"], protect: true });
    await settled();
    expect(seen()).to.deep.equal([
      lifecycle("shop-production-web", "shop/production/web", "shop-production"),
      [
        "aws:ecr/repository:Repository",
        "shop-production-web",
        {
          forceDelete: false,
          imageScanningConfiguration: { scanOnPush: true },
          imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
          imageTagMutabilityExclusionFilters: [
            { filter: "latest", filterType: "WILDCARD" },
            { filter: "cache*", filterType: "WILDCARD" },
          ],
          name: "shop/production/web",
        },
        { parent: "ImageRepositories shop-production", protect: true },
      ],
      ["compose-ecs-pipeline:index:ImageRepositories", "shop-production", {}, {}],
    ]);
  });

  it("let the tag of ready-made images move, and expire none of these images", async () => {
    const newest = { tag: "release", untaggedExpire: false };
    new ImageRepositories("shop-staging", { ...args, newest, images: ["web"] });
    await settled();
    expect(cloud.map(({ type }) => type)).to.deep.equal([
      "aws:ecr/repository:Repository",
      "compose-ecs-pipeline:index:ImageRepositories",
    ]);
    expect(only("aws:ecr/repository:Repository").inputs["imageTagMutabilityExclusionFilters"]).to.deep.equal(
      ["latest", "cache*", "release"].map((filter) => ({ filter, filterType: "WILDCARD" })),
    );
  });

  const tags = ["a1b2c3d", "cafe123", "verified-cafe123", "manual-1", "latest", "cache", "cache-main"];
  it("distinguish fixed tags from tags that move", () => {
    expect(tags.filter(isFixedTag)).to.deep.equal(["a1b2c3d", "cafe123", "verified-cafe123", "manual-1"]);
  });

  it("return the URI of each image", async () => {
    const { uris } = new ImageRepositories("shop-staging", { ...args, images: ["web"] });
    await settled();
    expect(Object.keys(uris)).to.deep.equal(["web"]);
    expect(uris["web"] && (await valueOf(uris["web"]))).to.equal(
      "000000000000.dkr.ecr.us-east-1.amazonaws.com/shop/staging/web",
    );
  });
});
