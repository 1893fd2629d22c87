import { randomBytes } from "node:crypto";
import { CodePipelineClient, GetPipelineCommand, ListPipelinesCommand } from "@aws-sdk/client-codepipeline";
import {
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  CreateLoadBalancerCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { AwsError } from "../../../local-cloud/kit/service.ts";
import { outcome, startLocalEndpoint } from "./local-endpoint.ts";
import type { LocalEndpoint } from "./local-endpoint.ts";

describe("the endpoint", function () {
  this.timeout(60_000);
  let local: LocalEndpoint;

  before(async () => {
    local = await startLocalEndpoint();
    local.endpoint.serve({
      targets: ["CodePipeline_20150709"],
      operations: {
        GetPipeline: (input) => {
          if (input["name"] !== "shop")
            return Promise.reject(new AwsError("PipelineNotFoundException", `no pipeline ${String(input["name"])}`));
          return Promise.resolve({ pipeline: { name: "shop" }, metadata: { created: 1 } });
        },
      },
      grants: {
        GetPipeline: (input) => [
          {
            action: "codepipeline:GetPipeline",
            resource: `arn:aws:codepipeline:us-east-1:000000000000:${String(input["name"])}`,
          },
        ],
      },
    });
  });
  after(() => local.close());

  it("refuses the names that AWS refuses: of a load balancer, a security group and a parameter", async () => {
    const balancing = new ElasticLoadBalancingV2Client(local.asRoot);
    const group = { GroupName: "sg-staging-tasks", Description: "tasks" };
    expect([
      await outcome(balancing.send(new CreateLoadBalancerCommand({ Name: "internal-staging" }))),
      await outcome(new EC2Client(local.asRoot).send(new CreateSecurityGroupCommand(group))),
      await outcome(
        new SSMClient(local.asRoot).send(
          new PutParameterCommand({ Name: "/awsome/staging/TOKEN", Value: "a", Type: "String" }),
        ),
      ),
    ]).to.deep.equal([
      // Each of the API reference: CreateLoadBalancer, CreateSecurityGroup, PutParameter.
      ["ValidationError", "The load balancer name 'internal-staging' cannot begin with 'internal-'"],
      [
        "InvalidParameterValue",
        "Value (sg-staging-tasks) for parameter GroupName is invalid. Group names may not be in the format sg-*.",
      ],
      ["AccessDeniedException", "No access to reserved parameter name: awsome/staging/TOKEN."],
    ]);
  });

  it("refuses a subnet whose range another subnet of its VPC has", async () => {
    const ec2 = new EC2Client(local.asRoot);
    const { Vpc: vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const make = (CidrBlock: string) => ec2.send(new CreateSubnetCommand({ VpcId: vpc?.VpcId, CidrBlock }));
    const { Subnet: whole } = await make("10.0.0.0/17");
    const conflict = "The CIDR '10.0.0.0/18' conflicts with another subnet";
    expect(await outcome(make("10.0.0.0/18"))).to.deep.equal(["InvalidSubnet.Conflict", conflict]);
    expect(await outcome(make("10.0.128.0/18"))).to.equal("done");
    await ec2.send(new DeleteSubnetCommand({ SubnetId: whole?.SubnetId }));
    expect(await outcome(make("10.0.0.0/18"))).to.equal("done");
  });

  it("answers for a local service in AWS's protocol: results, refusals and unknown operations", async () => {
    const pipelines = new CodePipelineClient(local.asRoot);
    const { metadata } = await pipelines.send(new GetPipelineCommand({ name: "shop" }));
    expect(metadata).to.deep.equal({ created: new Date(1000) });
    expect(await outcome(pipelines.send(new GetPipelineCommand({ name: "none" })))).to.deep.equal([
      "PipelineNotFoundException",
      "no pipeline none",
    ]);
    expect(await outcome(pipelines.send(new ListPipelinesCommand()))).to.deep.equal([
      "UnknownOperationException",
      "CodePipeline_20150709.ListPipelines: the local cloud does not answer this operation",
    ]);
  });

  it("checks IAM before it answers", async () => {
    const role = await local.role("reader", "codebuild.amazonaws.com", [
      {
        Effect: "Allow",
        Action: "codepipeline:GetPipeline",
        Resource: "arn:aws:codepipeline:us-east-1:000000000000:shop",
      },
    ]);
    const credentials = await local.identity.assume(role, "codebuild.amazonaws.com", "build");
    const pipelines = new CodePipelineClient({ ...local.asRoot, credentials });
    expect([
      await outcome(pipelines.send(new GetPipelineCommand({ name: "shop" }))),
      await outcome(pipelines.send(new GetPipelineCommand({ name: "none" }))),
    ]).to.deep.equal([
      "done",
      [
        "AccessDeniedException",
        "User: arn:aws:sts::000000000000:assumed-role/reader/build is not authorized to perform: codepipeline:GetPipeline on resource: arn:aws:codepipeline:us-east-1:000000000000:none",
      ],
    ]);
  });

  it("passes on requests that it does not know, and ministack enforces the caller's permissions there", async () => {
    await new SSMClient(local.asRoot).send(
      new PutParameterCommand({ Name: "/shop/staging/A", Value: "1", Type: "String" }),
    );
    await new SSMClient(local.asRoot).send(
      new PutParameterCommand({ Name: "/shop/production/A", Value: "2", Type: "String" }),
    );
    const role = await local.role("parameters", "codebuild.amazonaws.com", [
      {
        Effect: "Allow",
        Action: "ssm:GetParameter",
        Resource: "arn:aws:ssm:us-east-1:000000000000:parameter/shop/staging/*",
      },
    ]);
    const credentials = await local.identity.assume(role, "codebuild.amazonaws.com", "build");
    const ssm = new SSMClient({ ...local.asRoot, credentials });
    expect((await ssm.send(new GetParameterCommand({ Name: "/shop/staging/A" }))).Parameter?.Value).to.equal("1");
    expect(
      ((await outcome(ssm.send(new GetParameterCommand({ Name: "/shop/production/A" })))) as string[])[0],
    ).to.equal("AccessDeniedException");
  });

  it("passes a large object through unharmed", async () => {
    const s3 = new S3Client(local.asRoot);
    const body = randomBytes(3_000_000);
    await s3.send(new CreateBucketCommand({ Bucket: "large" }));
    await s3.send(new PutObjectCommand({ Bucket: "large", Key: "a/b.zip", Body: body }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "large", Key: "a/b.zip" }));
    expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(body)).to.equal(true);
  });

  it("shows the health of targets that the load balancer of the tasks knows", async () => {
    local.endpoint.serveBalancing({
      describeTargetHealthXml: (arn) =>
        `<DescribeTargetHealthResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTargetHealthResult><TargetHealthDescriptions>` +
        `<member><Target><Id>${arn}</Id><Port>80</Port></Target><TargetHealth><State>healthy</State></TargetHealth></member>` +
        `</TargetHealthDescriptions></DescribeTargetHealthResult></DescribeTargetHealthResponse>`,
      listenersChanged: () => Promise.resolve(),
    });
    const { TargetHealthDescriptions } = await new ElasticLoadBalancingV2Client(local.asRoot).send(
      new DescribeTargetHealthCommand({ TargetGroupArn: "group" }),
    );
    expect(TargetHealthDescriptions).to.deep.equal([
      { Target: { Id: "group", Port: 80 }, TargetHealth: { State: "healthy" } },
    ]);
  });
});
