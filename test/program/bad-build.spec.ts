import { expect } from "chai";
import { refusalOf, type Change } from "../support/settings.ts";

describe("the settings refuse", () => {
  const bad: readonly (readonly [title: string, change: Change, message: string])[] = [
    [
      "a host that CodeBuild does not have",
      { buildComputeType: "HUGE" },
      'buildComputeType: "HUGE" is not allowed; set SMALL, MEDIUM, LARGE, XLARGE or 2XLARGE',
    ],
    [
      "an architecture that Fargate does not have",
      { architecture: "riscv64" },
      'architecture: "riscv64" is not allowed; set x86_64 or arm64',
    ],
    ["an unknown build cache", { buildCache: "s3" }, 'buildCache: "s3" is not allowed; set inline, registry or none'],
    [
      "images of another account to promote",
      { promoteFrom: "123456789012/staging" },
      'promoteFrom: "123456789012/staging" is not allowed; set the name of an environment in this account, as in staging: images of another account cannot be promoted yet',
    ],
    [
      "an ARN of a repository to promote",
      { promoteFrom: "arn:aws:ecr:us-east-1:123456789012:repository/shop/staging/web" },
      'promoteFrom: "arn:aws:ecr:us-east-1:123456789012:repository/shop/staging/web" is not allowed; set the name of an environment in this account, as in staging: images of another account cannot be promoted yet',
    ],
    [
      "a URI of a repository to promote",
      { promoteFrom: "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/staging" },
      'promoteFrom: "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop/staging" is not allowed; set the name of an environment in this account, as in staging: images of another account cannot be promoted yet',
    ],
    [
      "a name to promote from that no stack can have",
      { promoteFrom: "Staging" },
      'promoteFrom: "Staging" is not allowed; set a name of lower-case letters, digits and hyphens, beginning with a letter',
    ],
    [
      "a promotion from the environment itself",
      { promoteFrom: "staging" },
      'promoteFrom: "staging" is not allowed; set a different environment, which builds the images first',
    ],
    [
      "a cache of a build if images are promoted",
      { promoteFrom: "qa", buildCache: "registry" },
      'buildCache: "registry" is not allowed; set it only if promoteFrom is empty: images of qa are not built here',
    ],
    [
      "base images of a build if images are promoted",
      { promoteFrom: "qa", baseImages: '["debian:12=a/b"]' },
      'baseImages: ["debian:12=a/b"] is not allowed; set it only if promoteFrom is empty: images of qa are not built here',
    ],
    [
      "tests of a build if images are promoted",
      { promoteFrom: "qa", runTests: "true" },
      'runTests: "true" is not allowed; set it only if promoteFrom is empty: images of qa are not built here',
    ],
    [
      "parameters of a build if images are promoted",
      { promoteFrom: "qa", parameters: '["A"]', buildParameters: '["A"]' },
      'buildParameters: ["A"] is not allowed; set it only if promoteFrom is empty: images of qa are not built here',
    ],
    [
      "a base image without a reference",
      { baseImages: '["debian:12"]' },
      'baseImages: "debian:12" is not allowed; set IMAGE=REFERENCE, as in debian:12=public.ecr.aws/docker/library/debian:12',
    ],
    [
      "a base image with two references",
      { baseImages: '["debian:12=a/b","debian:12=a/c"]' },
      'baseImages: "debian:12=a/c" is not allowed; set debian:12 once',
    ],
  ];
  for (const [title, change, message] of bad) {
    it(title, async () => {
      expect(await refusalOf(change)).to.equal(`Pulumi.staging.yaml: ${message}`);
    });
  }
});
