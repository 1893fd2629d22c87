import { Pipeline, readPlace } from "../../../components/index.ts";

// A pipeline of your own stages, in CodePipeline's words, each with what the pipeline's role needs for it.
const place = await readPlace();
const bucket = `shop-artifacts-${place.accountId}`;
const code = ["arn:aws:s3:::acme-source", "arn:aws:s3:::acme-source/shop.zip"];
const action = (name: string, category: string, provider: string) => ({
  name,
  category,
  provider,
  owner: "AWS",
  version: "1",
});
const source = {
  ...action("Source", "Source", "S3"),
  outputArtifacts: ["Source"],
  configuration: { S3Bucket: "acme-source", S3ObjectKey: "shop.zip" },
};

const pipeline = new Pipeline("shop", {
  place,
  artifactBucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
  source: {
    declaration: { name: "Source", actions: [source] },
    statements: [{ Effect: "Allow", Action: "s3:Get*", Resource: code }],
  },
  stages: [{ declaration: { name: "Approve", actions: [action("Approve", "Approval", "Manual")] }, statements: [] }],
});

export const { pipelineName } = pipeline;
