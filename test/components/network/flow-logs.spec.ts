import { expect } from "chai";
import { flowLogsFor } from "../../../components/network/flow-logs.ts";
import { Network } from "../../../components/network/network.ts";
import { cloud, only, settled, startCloud } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";
import { accountId, region } from "../../support/cloud-state.ts";

describe("the flow logs", () => {
  beforeEach(() => startCloud());

  const make = async (flowLogs: boolean, protect = false) => {
    const existing = { vpcId: "vpc-1", publicSubnetIds: ["a", "b"], privateSubnetIds: [] };
    const network = new Network("shop-staging", { vpcCidr: "", natGateways: "none", existing });
    flowLogsFor("shop-staging", { names: staging, flowLogs, protect, logRetentionDays: 30 }, network);
    await settled();
  };

  it("are not created by default", async () => {
    await make(false);
    expect(cloud.map(({ type }) => type)).to.deep.equal(["compose-ecs-pipeline:index:Network"]);
  });

  it("record every connection of the VPC, in a separate bucket that is created first", async () => {
    await make(true, true);
    const bucket = `shop-staging-flow-${accountId}-${region}`;
    const log = only("aws:ec2/flowLog:FlowLog");
    expect(log.inputs).to.deep.equal({
      logDestination: `arn:aws:s3:::${bucket}`,
      logDestinationType: "s3",
      trafficType: "ALL",
      vpcId: "vpc-1",
    });
    expect(log.options.parent).to.equal("LogBucket shop-staging-flow-logs");
    const { inputs, options } = only("aws:s3/bucket:Bucket");
    expect([inputs["bucket"], options.protect]).to.deep.equal([bucket, true]);
  });

  it("are written only by the delivery service, on behalf of this account's logs", async () => {
    await make(true);
    const policy = JSON.parse(String(only("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"])) as {
      readonly Statement: readonly { readonly Effect: string }[];
    };
    const arn = `arn:aws:s3:::shop-staging-flow-${accountId}-${region}`;
    const Principal = { Service: "delivery.logs.amazonaws.com" };
    const source = { ArnLike: { "aws:SourceArn": `arn:aws:logs:${region}:${accountId}:*` } };
    const own = { "aws:SourceAccount": accountId };
    expect(policy.Statement.filter(({ Effect }) => Effect === "Allow")).to.deep.equal([
      {
        Effect: "Allow",
        Principal,
        Action: ["s3:PutObject"],
        Resource: `${arn}/AWSLogs/${accountId}/*`,
        Condition: { ...source, StringEquals: { ...own, "s3:x-amz-acl": "bucket-owner-full-control" } },
      },
      {
        Effect: "Allow",
        Principal,
        Action: ["s3:GetBucketAcl", "s3:ListBucket"],
        Resource: arn,
        Condition: { ...source, StringEquals: own },
      },
    ]);
  });
});
