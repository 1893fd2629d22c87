import { expect } from "chai";
import { ArtifactBucket } from "../../../components/pipeline/artifact-bucket.ts";
import { only, seen, settled, startCloud } from "../../support/cloud.ts";
import { production, staging } from "../../support/names.ts";

const key = "arn:aws:kms:us-east-1:000000000000:key/0";

describe("the artifact bucket", () => {
  beforeEach(() => startCloud());

  it("is not public, versioned, encrypted, reached over TLS only, and emptied after 30 days", async () => {
    new ArtifactBucket("shop-staging-artifacts", { bucketName: staging.artifactBucket.name });
    await settled();
    expect(seen()).to.deep.equal([
      [
        "aws:s3/bucket:Bucket",
        "shop-staging-artifacts",
        { bucket: "shop-staging-artifacts-000000000000-us-east-1", forceDestroy: true },
        { parent: "ArtifactBucket shop-staging-artifacts" },
      ],
      [
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "shop-staging-artifacts",
        {
          bucket: "shop-staging-artifacts-000000000000-us-east-1",
          rules: [
            {
              abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
              expiration: { days: 30 },
              filter: {},
              id: "expiry",
              noncurrentVersionExpiration: { noncurrentDays: 1 },
              status: "Enabled",
            },
          ],
        },
        { parent: "ArtifactBucket shop-staging-artifacts" },
      ],
      [
        "aws:s3/bucketPolicy:BucketPolicy",
        "shop-staging-artifacts",
        {
          bucket: "shop-staging-artifacts-000000000000-us-east-1",
          policy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Deny",
                Principal: "*",
                Action: "s3:*",
                Resource: [
                  "arn:aws:s3:::shop-staging-artifacts-000000000000-us-east-1",
                  "arn:aws:s3:::shop-staging-artifacts-000000000000-us-east-1/*",
                ],
                Condition: { Bool: { "aws:SecureTransport": "false" } },
              },
            ],
          },
        },
        { parent: "ArtifactBucket shop-staging-artifacts" },
      ],
      [
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "shop-staging-artifacts",
        {
          blockPublicAcls: true,
          blockPublicPolicy: true,
          bucket: "shop-staging-artifacts-000000000000-us-east-1",
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
        { parent: "ArtifactBucket shop-staging-artifacts" },
      ],
      [
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "shop-staging-artifacts",
        {
          bucket: "shop-staging-artifacts-000000000000-us-east-1",
          rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
        },
        { parent: "ArtifactBucket shop-staging-artifacts" },
      ],
      [
        "aws:s3/bucketVersioning:BucketVersioning",
        "shop-staging-artifacts",
        {
          bucket: "shop-staging-artifacts-000000000000-us-east-1",
          versioningConfiguration: { status: "Enabled" },
        },
        { parent: "ArtifactBucket shop-staging-artifacts" },
      ],
      ["compose-ecs-pipeline:index:ArtifactBucket", "shop-staging-artifacts", {}, {}],
    ]);
  });

  it("is encrypted with a KMS key if there is one", async () => {
    new ArtifactBucket("shop-staging-artifacts", { bucketName: staging.artifactBucket.name, kmsKeyArn: key });
    await settled();
    const { rules } = only(
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    ).inputs;
    expect(rules).to.deep.equal([
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it("on production is not deleted while artifacts are in it", async () => {
    new ArtifactBucket("shop-production-artifacts", { bucketName: production.artifactBucket.name, protect: true });
    await settled();
    const { inputs, options } = only("aws:s3/bucket:Bucket");
    expect([inputs, options]).to.deep.equal([
      { bucket: "shop-production-artifacts-000000000000-us-east-1", forceDestroy: false },
      { parent: "ArtifactBucket shop-production-artifacts", protect: true },
    ]);
  });
});
