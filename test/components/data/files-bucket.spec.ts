import { expect } from "chai";
import { FilesBucket, useFiles } from "../../../components/data/files-bucket.ts";
import { only, seen, settled, startCloud } from "../../support/cloud.ts";
import { production, staging } from "../../support/names.ts";
import { bucketSettings } from "../../support/stores.ts";

const bucket = "shop-staging-files-000000000000-us-east-1";
const arn = `arn:aws:s3:::${bucket}`;
const options = { parent: "FilesBucket shop-staging-files" };
const lifecycle = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const versions = "aws:s3/bucketVersioning:BucketVersioning";

describe("the bucket for files", () => {
  beforeEach(() => startCloud());

  it("is not public, encrypted and reached over TLS only; it keeps versions for a while and deletes unfinished uploads", async () => {
    new FilesBucket("shop-staging-files", { bucketName: staging.filesBucket.name, settings: bucketSettings() });
    await settled();
    expect(seen()).to.deep.equal([
      ["aws:s3/bucket:Bucket", "shop-staging-files", { bucket, forceDestroy: true }, options],
      [
        lifecycle,
        "shop-staging-files",
        {
          bucket,
          rules: [
            {
              id: "expiry",
              status: "Enabled",
              filter: {},
              noncurrentVersionExpiration: { noncurrentDays: 30 },
              abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
            },
          ],
        },
        options,
      ],
      [
        "aws:s3/bucketPolicy:BucketPolicy",
        "shop-staging-files",
        {
          bucket,
          policy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Deny",
                Principal: "*",
                Action: "s3:*",
                Resource: [arn, `${arn}/*`],
                Condition: { Bool: { "aws:SecureTransport": "false" } },
              },
            ],
          },
        },
        options,
      ],
      [
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "shop-staging-files",
        {
          bucket,
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
        options,
      ],
      [
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "shop-staging-files",
        { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
        options,
      ],
      [versions, "shop-staging-files", { bucket, versioningConfiguration: { status: "Enabled" } }, options],
      ["compose-ecs-pipeline:index:FilesBucket", "shop-staging-files", {}, {}],
    ]);
  });

  it("can keep no versions, and can let pages of certain origins in", async () => {
    const settings = bucketSettings({ versionDays: 0, corsOrigins: ["https://shop.example"] });
    new FilesBucket("shop-staging-files", { bucketName: bucket, settings });
    await settled();
    expect([only(versions).inputs["versioningConfiguration"], only(lifecycle).inputs["rules"]]).to.deep.equal([
      { status: "Suspended" },
      [
        {
          id: "expiry",
          status: "Enabled",
          filter: {},
          noncurrentVersionExpiration: { noncurrentDays: 1 },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
        },
      ],
    ]);
    expect(only("aws:s3/bucketCorsConfiguration:BucketCorsConfiguration").inputs).to.deep.equal({
      bucket,
      corsRules: [
        {
          allowedOrigins: ["https://shop.example"],
          allowedMethods: ["GET", "HEAD", "PUT", "POST"],
          allowedHeaders: ["*"],
          exposeHeaders: ["ETag"],
          maxAgeSeconds: 3600,
        },
      ],
    });
  });

  it("on production is not deleted while files are in it", async () => {
    const { name: bucketName } = production.filesBucket;
    new FilesBucket("shop-production-files", { bucketName, settings: bucketSettings(), protect: true });
    await settled();
    const made = only("aws:s3/bucket:Bucket");
    expect([made.inputs, made.options]).to.deep.equal([
      { bucket: "shop-production-files-000000000000-us-east-1", forceDestroy: false },
      { parent: "FilesBucket shop-production-files", protect: true },
    ]);
  });

  it("can be used only within one folder, if one is named", () => {
    expect(useFiles(staging, bucketSettings({ prefix: "uploads/" }))).to.deep.equal([
      {
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
        Resource: `${arn}/uploads/*`,
      },
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: arn,
        Condition: { StringLike: { "s3:prefix": "uploads/*" } },
      },
    ]);
  });
});
