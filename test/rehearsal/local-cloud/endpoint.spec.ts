import { createHash, randomBytes } from "node:crypto";
import { CodePipelineClient, GetPipelineCommand, ListPipelinesCommand } from "@aws-sdk/client-codepipeline";
import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  PutImageCommand,
} from "@aws-sdk/client-ecr";
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
import { isFixedTag, registryCall } from "../../../local-cloud/endpoint/ecr-rules.ts";
import { AwsError } from "../../../local-cloud/kit/service.ts";
import type { Credentials } from "../../../local-cloud/kit/service.ts";
import { startLocalEndpoint } from "./local-endpoint.ts";
import type { LocalEndpoint } from "./local-endpoint.ts";

const repository = "arn:aws:ecr:us-east-1:000000000000:repository/shop/staging/web";

describe("the rules of ECR", () => {
  it("fix every tag, none, or all but the excluded ones", () => {
    const imageTagMutabilityExclusionFilters = [
      { filterType: "WILDCARD", filter: "latest" },
      { filterType: "WILDCARD", filter: "cache*" },
    ];
    const fixed = (imageTagMutability: string): boolean[] =>
      ["a1b2c3d", "latest", "cache-web"].map((tag) =>
        isFixedTag({ imageTagMutability, imageTagMutabilityExclusionFilters }, tag),
      );
    expect(["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"].map(fixed)).to.deep.equal([
      [false, false, false],
      [true, true, true],
      [true, false, false],
      [false, true, true],
    ]);
  });

  it("read the registry's protocol as calls of ECR's API", () => {
    expect([
      registryCall("PUT", "/v2/shop/staging/web/manifests/a1b2c3d"),
      registryCall("PUT", "/v2/shop/staging/web/manifests/sha256:00"),
      registryCall("POST", "/v2/shop/staging/web/blobs/uploads/"),
      registryCall("HEAD", "/v2/shop/staging/web/blobs/sha256:00"),
      registryCall("GET", "/v2/shop/staging/web/referrers/sha256:00"),
      registryCall("GET", "/v2/_catalog"),
    ]).to.deep.equal([
      { repository: "shop/staging/web", actions: ["ecr:PutImage"], pushesTag: "a1b2c3d" },
      { repository: "shop/staging/web", actions: ["ecr:PutImage"] },
      { repository: "shop/staging/web", actions: ["ecr:InitiateLayerUpload"] },
      { repository: "shop/staging/web", actions: ["ecr:BatchCheckLayerAvailability"] },
      { repository: "shop/staging/web", actions: ["ecr:BatchGetImage"] },
      undefined,
    ]);
  });
});

describe("the endpoint", function () {
  this.timeout(60_000);
  let local: LocalEndpoint;
  const outcome = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => "done",
      (error: unknown) => (error instanceof Error ? [error.name, error.message] : error),
    );
  const password = async (
    credentials: Credentials | { accessKeyId: string; secretAccessKey: string },
  ): Promise<string> => {
    const { authorizationData } = await new ECRClient({ ...local.asRoot, credentials }).send(
      new GetAuthorizationTokenCommand(),
    );
    return authorizationData?.[0]?.authorizationToken ?? "";
  };
  const registry = async (method: string, path: string, token: string, body?: string): Promise<unknown[]> => {
    const headers = { authorization: `Basic ${token}`, "content-type": "application/vnd.oci.image.manifest.v1+json" };
    const answer = await fetch(`${local.endpoint.url}/v2/${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.text();
    return answer.ok ? [answer.status] : [answer.status, (JSON.parse(text) as { errors: unknown[] }).errors[0]];
  };

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

  it("refuses a subnet whose range another one of its VPC has", async () => {
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

  it("answers a service of ours in AWS's protocol: results, refusals, operations it does not have", async () => {
    const pipelines = new CodePipelineClient(local.asRoot);
    const { metadata } = await pipelines.send(new GetPipelineCommand({ name: "shop" }));
    expect(metadata).to.deep.equal({ created: new Date(1000) });
    expect(await outcome(pipelines.send(new GetPipelineCommand({ name: "none" })))).to.deep.equal([
      "PipelineNotFoundException",
      "no pipeline none",
    ]);
    expect(await outcome(pipelines.send(new ListPipelinesCommand()))).to.deep.equal([
      "UnknownOperationException",
      "CodePipeline_20150709.ListPipelines: the rehearsal does not answer this operation",
    ]);
  });

  it("asks IAM before it answers", async () => {
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

  it("passes on what it does not know, and ministack enforces the caller's permissions there", async () => {
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

  it("names itself as the registry, and remembers which tags may move", async () => {
    const ecr = new ECRClient(local.asRoot);
    const mutability = {
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" as const,
      imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD" as const, filter: "latest" }],
    };
    await ecr.send(new CreateRepositoryCommand({ repositoryName: "shop/staging/web", ...mutability }));
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ["shop/staging/web"] }));
    const { repositoryUri, imageTagMutability, imageTagMutabilityExclusionFilters } = repositories?.[0] ?? {};
    expect({ repositoryUri, imageTagMutability, imageTagMutabilityExclusionFilters }).to.deep.equal({
      repositoryUri: `${local.endpoint.host}/shop/staging/web`,
      ...mutability,
    });
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand());
    expect(authorizationData?.[0]?.proxyEndpoint).to.equal(local.endpoint.url);
  });

  it("lets only the holder of a password in, and a push only with the role's permissions", async () => {
    const allowed = (name: string, actions: readonly string[]): Promise<string> =>
      local.role(name, "codebuild.amazonaws.com", [
        { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
        { Effect: "Allow", Action: actions, Resource: repository },
      ]);
    const as = async (role: string): Promise<string> =>
      password(await local.identity.assume(role, "codebuild.amazonaws.com", "build"));
    const puller = await as(await allowed("puller", ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]));
    const pusher = await as(await allowed("pusher", ["ecr:InitiateLayerUpload", "ecr:PutImage"]));
    const denied = (user: string, action: string, arn: string) => [
      403,
      {
        code: "DENIED",
        message: `User: arn:aws:sts::000000000000:assumed-role/${user}/build is not authorized to perform: ${action} on resource: ${arn}`,
      },
    ];
    expect([
      await registry("GET", "", Buffer.from("AWS:guessed").toString("base64")),
      await registry("GET", "", puller),
      await registry("POST", "shop/staging/web/blobs/uploads/", puller),
      await registry("POST", "shop/staging/web/blobs/uploads/", pusher),
      await registry("POST", "shop/production/web/blobs/uploads/", pusher),
      await registry("PUT", "shop/staging/web/manifests/1111111", puller, "{}"),
      await registry("PUT", "shop/staging/web/manifests/1111111", pusher, '{"schemaVersion":2}'),
      await registry("GET", "shop/staging/web/manifests/1111111", puller),
    ]).to.deep.equal([
      [401, { code: "UNAUTHORIZED", message: "no password of GetAuthorizationToken's" }],
      [200],
      denied("puller", "ecr:InitiateLayerUpload", repository),
      [202],
      denied("pusher", "ecr:InitiateLayerUpload", "arn:aws:ecr:us-east-1:000000000000:repository/shop/production/web"),
      denied("puller", "ecr:PutImage", repository),
      [201],
      [200],
    ]);
  });

  it("keeps a commit's tag where it is and lets latest move", async () => {
    const root = await password(local.asRoot.credentials);
    const push = (tag: string, layer: number): Promise<unknown[]> =>
      registry("PUT", `shop/staging/web/manifests/${tag}`, root, JSON.stringify({ schemaVersion: 2, layer }));
    expect([
      await push("latest", 1),
      await push("latest", 2),
      await push("2222222", 1),
      await push("2222222", 2),
    ]).to.deep.equal([
      [201],
      [201],
      [201],
      [
        400,
        {
          code: "TAG_INVALID",
          message:
            "The image tag '2222222' already exists in the 'shop/staging/web' repository and cannot be overwritten because the tag is immutable.",
        },
      ],
    ]);
  });

  it("puts a tag on the digest that is named, once, and moves no fixed one", async () => {
    const ecr = new ECRClient(local.asRoot);
    const imageManifest = JSON.stringify({ schemaVersion: 2, layer: 3 });
    const imageDigest = `sha256:${createHash("sha256").update(imageManifest).digest("hex")}`;
    const put = async (imageTag: string, more: object = {}): Promise<unknown> => {
      const image = { repositoryName: "shop/staging/web", imageManifest, imageDigest, imageTag, ...more };
      const ended = await outcome(ecr.send(new PutImageCommand(image)));
      return Array.isArray(ended) ? (ended as readonly string[])[0] : ended;
    };
    expect([
      await put("3333333"),
      await put("3333333"),
      await put("2222222"),
      await put("4444444", { imageDigest: `sha256:${"0".repeat(64)}` }),
    ]).to.deep.equal([
      "done",
      "ImageAlreadyExistsException",
      "ImageTagAlreadyExistsException",
      "ImageDigestDoesNotMatchException",
    ]);
  });

  it("mounts no layer of another repository, as ECR unless it is told to", async () => {
    const root = await password(local.asRoot.credentials);
    const uploads = "shop/staging/web/blobs/uploads/";
    const digest = `sha256:${createHash("sha256").update("layer").digest("hex")}`;
    expect([
      await registry("POST", `${uploads}?digest=${digest}`, root, "layer"),
      await registry("POST", `${uploads}?mount=${digest}&from=shop/staging/web`, root),
    ]).to.deep.equal([[201], [202]]);
  });

  it("tells the health of targets as the tasks' own service knows it", async () => {
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
