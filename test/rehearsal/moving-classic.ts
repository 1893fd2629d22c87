import { CodeBuildClient, CreateProjectCommand } from "@aws-sdk/client-codebuild";
import { CodePipelineClient, CreatePipelineCommand, type ActionDeclaration } from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient, CreateConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, ECRClient } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type { LocalCloud, rootCredentials } from "../../local-cloud/index.ts";

/** Where a person clicks. */
export interface Console {
  readonly cloud: LocalCloud;
  readonly client: { readonly region: string; readonly endpoint: string; readonly credentials: typeof rootCredentials };
}

/** What a team has that made its set-up by hand. */
export interface Classic {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly connectionArn: string;
  /** Security groups by their names. */
  readonly groups: Readonly<Record<"shop-balancer" | "shop-database" | "shop-tasks", string>>;
}

/** The values that the team gives, and the folder of the repository at the provider. */
export interface ClassicArgs {
  readonly parameters: Readonly<Record<string, string>>;
  /** Plain variables of the build project. */
  readonly variables: Readonly<Record<string, string>>;
  readonly repository: string;
  readonly remote: string;
}

/** Makes the classic set-up as its tutorials do, with the names that docs/moving.md has in its examples. */
export async function makeClassic(at: Console, args: ClassicArgs): Promise<Classic> {
  const { cloud, client } = at;
  const ssm = new SSMClient(client);
  for (const [Name, Value] of Object.entries(args.parameters))
    await ssm.send(new PutParameterCommand({ Name, Value, Type: "SecureString" }));
  const connections = new CodeStarConnectionsClient(client);
  const { ConnectionArn: connectionArn = "" } = await connections.send(
    new CreateConnectionCommand({ ConnectionName: "shop", ProviderType: "GitHub" }),
  );
  cloud.connections.finishHandshake(connectionArn);
  cloud.connections.mapRepository(args.repository, args.remote);
  const [network] = await Promise.all([
    makeNetwork(client),
    makeRoles(client),
    makeBucket(client),
    new ECRClient(client).send(new CreateRepositoryCommand({ repositoryName: "shop-web" })),
    new CloudWatchLogsClient(client).send(new CreateLogGroupCommand({ logGroupName: "/ecs/shop-web" })),
  ]);
  const targetGroupArn = await makeBalancer(client, network);
  await makeService(at, network, targetGroupArn);
  await makeBuild(at, args);
  await makePipeline(at, connectionArn, args.repository);
  return { ...network, connectionArn };
}

/** Sets the number of the service's tasks. */
export async function scaleClassic({ client }: Console, desiredCount: number): Promise<void> {
  await new ECSClient(client).send(new UpdateServiceCommand({ cluster: "shop", service: "shop-web", desiredCount }));
}

type Network = Omit<Classic, "connectionArn">;

async function makeNetwork(client: Console["client"]): Promise<Network> {
  const ec2 = new EC2Client(client);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.7.0.0/16" }));
  const VpcId = Vpc?.VpcId ?? "";
  const subnet = async (zone: string, CidrBlock: string) =>
    (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: `${client.region}${zone}` }))).Subnet
      ?.SubnetId ?? "";
  const group = async (GroupName: string) =>
    (await ec2.send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName, VpcId }))).GroupId ?? "";
  const subnetIds = [await subnet("a", "10.7.1.0/24"), await subnet("b", "10.7.2.0/24")];
  const groups = {
    "shop-balancer": await group("shop-balancer"),
    "shop-database": await group("shop-database"),
    "shop-tasks": await group("shop-tasks"),
  };
  const letIn = (to: string, from: string, port: number) =>
    ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: to,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: port, ToPort: port, UserIdGroupPairs: [{ GroupId: from }] }],
      }),
    );
  await letIn(groups["shop-tasks"], groups["shop-balancer"], 3000);
  await letIn(groups["shop-database"], groups["shop-tasks"], 5432);
  return { vpcId: VpcId, subnetIds, groups };
}

const anything = { Effect: "Allow", Resource: "*" } as const;

/** The roles, with the broad rights that the console's wizards give. */
const roles = {
  "shop-codepipeline": {
    service: "codepipeline.amazonaws.com",
    actions: ["s3:*", "codeconnections:UseConnection", "codebuild:*", "ecs:*", "iam:PassRole"],
  },
  "shop-codebuild": {
    service: "codebuild.amazonaws.com",
    actions: ["logs:*", "s3:*", "ecr:*", "ssm:GetParameters"],
  },
  "shop-task-execution": { service: "ecs-tasks.amazonaws.com", actions: ["ecr:*", "logs:*"] },
};

async function makeRoles(client: Console["client"]): Promise<void> {
  const iam = new IAMClient(client);
  for (const [RoleName, { service, actions }] of Object.entries(roles)) {
    const trust = [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }];
    const document = (Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document(trust) }));
    const PolicyDocument = document([{ ...anything, Action: actions }]);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
  }
}

const bucket = "codepipeline-us-east-1-517017";

async function makeBucket(client: Console["client"]): Promise<void> {
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: "Enabled" } }));
}

async function makeBalancer(client: Console["client"], { vpcId, subnetIds, groups }: Network): Promise<string> {
  const balancing = new ElasticLoadBalancingV2Client(client);
  const { LoadBalancers: [balancer] = [] } = await balancing.send(
    new CreateLoadBalancerCommand({ Name: "shop", Subnets: [...subnetIds], SecurityGroups: [groups["shop-balancer"]] }),
  );
  const { TargetGroups: [group] = [] } = await balancing.send(
    new CreateTargetGroupCommand({
      Name: "shop-web",
      Protocol: "HTTP",
      Port: 3000,
      VpcId: vpcId,
      TargetType: "ip",
      HealthCheckPath: "/up",
    }),
  );
  const TargetGroupArn = group?.TargetGroupArn ?? "";
  const Attributes = [{ Key: "deregistration_delay.timeout_seconds", Value: "1" }];
  await balancing.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  await balancing.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer?.LoadBalancerArn ?? "",
      Protocol: "HTTP",
      Port: 80,
      DefaultActions: [{ Type: "forward", TargetGroupArn }],
    }),
  );
  return TargetGroupArn;
}

const roleArn = ({ cloud }: Console, name: keyof typeof roles): string =>
  `arn:aws:iam::${cloud.world.accountId}:role/${name}`;

/** The service without a task: there is no image yet. */
async function makeService(at: Console, { subnetIds, groups }: Network, targetGroupArn: string): Promise<void> {
  const ecs = new ECSClient(at.client);
  await ecs.send(new CreateClusterCommand({ clusterName: "shop" }));
  const options = {
    "awslogs-group": "/ecs/shop-web",
    "awslogs-region": at.client.region,
    "awslogs-stream-prefix": "ecs",
  };
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "shop-web",
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      executionRoleArn: roleArn(at, "shop-task-execution"),
      containerDefinitions: [
        {
          name: "web",
          image: `${at.cloud.world.registryHost}/shop-web:latest`,
          // The image's own command is the migration, since the image is a container that has run it.
          command: ["bin/rails", "server"],
          portMappings: [{ containerPort: 3000 }],
          logConfiguration: { logDriver: "awslogs", options },
        },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster: "shop",
      serviceName: "shop-web",
      taskDefinition: "shop-web",
      desiredCount: 0,
      launchType: "FARGATE",
      loadBalancers: [{ targetGroupArn, containerName: "web", containerPort: 3000 }],
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...subnetIds],
          securityGroups: [groups["shop-tasks"]],
          assignPublicIp: "ENABLED",
        },
      },
    }),
  );
}

async function makeBuild(at: Console, { parameters, variables }: ClassicArgs): Promise<void> {
  const plain = Object.entries({ REGISTRY: at.cloud.world.registryHost, ECS_ENV_NAME: "production", ...variables });
  await new CodeBuildClient(at.client).send(
    new CreateProjectCommand({
      name: "shop-build",
      serviceRole: roleArn(at, "shop-codebuild"),
      source: { type: "CODEPIPELINE", buildspec: "buildspec.yml" },
      artifacts: { type: "CODEPIPELINE" },
      environment: {
        type: "LINUX_CONTAINER",
        image: "aws/codebuild/standard:7.0",
        computeType: "BUILD_GENERAL1_SMALL",
        privilegedMode: true,
        environmentVariables: [
          ...plain.map(([name, value]) => ({ name, value, type: "PLAINTEXT" as const })),
          ...Object.keys(parameters).map((value) => ({
            name: value.split("/").at(-1) ?? "",
            value,
            type: "PARAMETER_STORE" as const,
          })),
        ],
      },
    }),
  );
}

async function makePipeline(at: Console, ConnectionArn: string, FullRepositoryId: string): Promise<void> {
  const action = (
    category: "Source" | "Build" | "Deploy",
    provider: string,
    configuration: Readonly<Record<string, string>>,
    more: Partial<ActionDeclaration>,
  ) => ({
    name: category,
    actions: [
      {
        name: category,
        actionTypeId: { category, owner: "AWS" as const, provider, version: "1" },
        configuration,
        ...more,
      },
    ],
  });
  const [source, built] = [[{ name: "SourceArtifact" }], [{ name: "BuildArtifact" }]];
  const from = { ConnectionArn, FullRepositoryId, BranchName: "main" };
  const to = { ClusterName: "shop", ServiceName: "shop-web", FileName: "imagedefinitions.json" };
  await new CodePipelineClient(at.client).send(
    new CreatePipelineCommand({
      pipeline: {
        name: "shop",
        roleArn: roleArn(at, "shop-codepipeline"),
        artifactStore: { type: "S3", location: bucket },
        stages: [
          action("Source", "CodeStarSourceConnection", from, { outputArtifacts: source }),
          action(
            "Build",
            "CodeBuild",
            { ProjectName: "shop-build" },
            { inputArtifacts: source, outputArtifacts: built },
          ),
          action("Deploy", "ECS", to, { inputArtifacts: built }),
        ],
      },
    }),
  );
}
