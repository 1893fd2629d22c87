import { expect } from "chai";
import { inS3, readyMade, refusalOf, type Change } from "../support/settings.ts";

describe("the settings refuse", () => {
  const bad: readonly (readonly [title: string, change: Change, message: string])[] = [
    [
      "a missing required key",
      { sourceRepository: undefined },
      "sourceRepository is not set; run `pulumi config set sourceRepository VALUE --stack staging`",
    ],
    [
      "a repository without an owner",
      { sourceRepository: "shop" },
      'sourceRepository: "shop" is not allowed; set owner/name without .git, as in acme/shop',
    ],
    [
      "an unknown provider",
      { sourceProvider: "gitlab" },
      'sourceProvider: "gitlab" is not allowed; set GitHub, GitLab, Bitbucket, CodeCommit, S3 or ECR',
    ],
    [
      "a repository with the suffix .git",
      { sourceRepository: "acme/shop.git" },
      'sourceRepository: "acme/shop.git" is not allowed; set owner/name without .git, as in acme/shop',
    ],
    [
      "a repository with a suffix that CodeCommit forbids",
      { sourceProvider: "CodeCommit", sourceRepository: "shop.git" },
      'sourceRepository: "shop.git" is not allowed; set the name alone, as in shop',
    ],
    [
      "a connection by its name",
      { connectionArn: "nonsense" },
      'connectionArn: "nonsense" is not allowed; set a connection\'s ARN, arn:aws:codeconnections:REGION:ACCOUNT:connection/ID, or leave it empty',
    ],
    [
      "an ARN for a connection that is not a connection's",
      { connectionArn: "arn:aws:codebuild:us-east-1:000000000000:project/shop" },
      'connectionArn: "arn:aws:codebuild:us-east-1:000000000000:project/shop" is not allowed; set a connection\'s ARN, arn:aws:codeconnections:REGION:ACCOUNT:connection/ID, or leave it empty',
    ],
    [
      "an owner in CodeCommit",
      { sourceProvider: "CodeCommit" },
      'sourceRepository: "acme/shop" is not allowed; set the name alone, as in shop',
    ],
    [
      "a bucket if the code is in Git",
      { sourceBucket: "acme-source" },
      'sourceBucket: "acme-source" is not allowed; set it only if sourceProvider is one of S3; it is GitHub',
    ],
    [
      "a key if the code is in CodeCommit",
      { sourceProvider: "CodeCommit", sourceRepository: "shop", sourceKey: "shop.zip" },
      'sourceKey: "shop.zip" is not allowed; set it only if sourceProvider is one of S3; it is CodeCommit',
    ],
    [
      "a connection if the code is in CodeCommit",
      { sourceProvider: "CodeCommit", sourceRepository: "shop", connectionArn: "arn" },
      'connectionArn: "arn" is not allowed; set it only if sourceProvider is one of GitHub, GitLab, Bitbucket; it is CodeCommit',
    ],
    [
      "tags in CodeCommit, whose events do not report them",
      { sourceProvider: "CodeCommit", sourceRepository: "shop", tags: '["v*"]' },
      'tags: ["v*"] is not allowed; set it only if sourceProvider is one of GitHub, GitLab, Bitbucket; it is CodeCommit',
    ],
    [
      "a branch if the code is in S3",
      { ...inS3, branch: "staging" },
      'branch: "staging" is not allowed; set it only if sourceProvider is one of GitHub, GitLab, Bitbucket, CodeCommit; it is S3',
    ],
    [
      "a repository if the code is in S3",
      { ...inS3, sourceRepository: "acme/shop" },
      'sourceRepository: "acme/shop" is not allowed; set it only if sourceProvider is one of GitHub, GitLab, Bitbucket, CodeCommit; it is S3',
    ],
    [
      "file paths if the code is in S3",
      { ...inS3, filePaths: '["app/**"]' },
      'filePaths: ["app/**"] is not allowed; set it only if sourceProvider is one of GitHub, GitLab, Bitbucket; it is S3',
    ],
    [
      "a source in S3 without its bucket",
      { ...inS3, sourceBucket: "" },
      "sourceBucket is not set; run `pulumi config set sourceBucket VALUE --stack staging`",
    ],
    [
      "a bucket with an invalid name",
      { ...inS3, sourceBucket: "s3://acme" },
      'sourceBucket: "s3://acme" is not allowed; set the name of a bucket',
    ],
    [
      "a key that a policy would read as a pattern",
      { ...inS3, sourceKey: "*.zip" },
      'sourceKey: "*.zip" is not allowed; set the key of a zip without * and ?, as in shop.zip',
    ],
    [
      "file paths of a tag",
      { tags: '["v*"]', filePaths: '["app/**"]' },
      'filePaths: ["app/**"] is not allowed; set branches as well: the push of a tag changes no files',
    ],
    [
      "more patterns than a trigger accepts",
      { branches: '["a","b","c","d","e","f","g","h","i"]' },
      'branches: ["a","b","c","d","e","f","g","h","i"] is not allowed; set at most 8 patterns, and at most 8 that begin with !',
    ],
    ["an empty pattern", { tags: '["!"]' }, 'tags: ["!"] is not allowed; set no empty patterns'],
    [
      "an image tag of a source that has code",
      { sourceImageTag: "release" },
      'sourceImageTag: "release" is not allowed; set it only if sourceProvider is one of ECR; it is GitHub',
    ],
    [
      "a repository of code together with ready-made images",
      { sourceProvider: "ECR" },
      'sourceRepository: "acme/shop" is not allowed; set it only if sourceProvider is one of GitHub, GitLab, Bitbucket, CodeCommit; it is ECR',
    ],
    [
      "a tag that no image can have",
      { ...readyMade, sourceImageTag: "a b" },
      'sourceImageTag: "a b" is not allowed; set a tag that moves, as in latest',
    ],
    [
      "tests with ready-made images",
      { ...readyMade, runTests: "true" },
      'runTests: "true" is not allowed; set it only if images are built here; sourceProvider is ECR',
    ],
    [
      "a cache with ready-made images",
      { ...readyMade, buildCache: "registry" },
      'buildCache: "registry" is not allowed; set it only if images are built here; sourceProvider is ECR',
    ],
  ];
  for (const [title, change, message] of bad) {
    it(title, async () => {
      expect(await refusalOf(change)).to.equal(`Pulumi.staging.yaml: ${message}`);
    });
  }
});
