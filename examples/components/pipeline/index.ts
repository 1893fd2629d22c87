import { Pipeline, readPlace } from "../../../components/index.ts";

// A pipeline of your own stages, in CodePipeline's words, each with what the pipeline's role needs for it.
const place = await readPlace();
const bucket = `shop-artifacts-${place.accountId}`;
const aws = { owner: "AWS", version: "1" };

const pipeline = new Pipeline("shop", {
  place,
  artifactBucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
  source: {
    declaration: {
      name: "Source",
      actions: [
        {
          ...aws,
          name: "Source",
          category: "Source",
          provider: "S3",
          outputArtifacts: ["Source"],
          configuration: { S3Bucket: "acme-source", S3ObjectKey: "shop.zip" },
        },
      ],
    },
    statements: [
      {
        Effect: "Allow",
        Action: "s3:Get*",
        Resource: ["arn:aws:s3:::acme-source", "arn:aws:s3:::acme-source/shop.zip"],
      },
    ],
  },
  stages: [
    {
      declaration: {
        name: "Approve",
        actions: [{ ...aws, name: "Approve", category: "Approval", provider: "Manual" }],
      },
      statements: [],
    },
  ],
});

export const { pipelineName } = pipeline;
