import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import {
  CreateClusterCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, Service, Task } from "@aws-sdk/client-ecs";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { ParameterType, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { setTimeout as sleep } from "node:timers/promises";
import { ecsService } from "../../../local-cloud/ecs/ecs-service.ts";
import type { LocalEcs } from "../../../local-cloud/ecs/ecs-service.ts";
import { docker, labelArguments, removeLabelled } from "../../../local-cloud/kit/docker.ts";
import { accountId, region, startLocalEndpoint } from "./local-endpoint.ts";
import type { LocalEndpoint } from "./local-endpoint.ts";

/** ECS with a real emulator, a network, roles, a repository and a load balancer. */
export interface EcsWorld {
  readonly ecs: LocalEcs;
  readonly local: LocalEndpoint;
  readonly client: ECSClient;
  readonly label: string;
  readonly executionRole: string;
  readonly targetGroupArn: string;
  /** Repository URI's host. */
  readonly registry: string;
  readonly register: (family: string, ...containers: ContainerDefinition[]) => Promise<string>;
  readonly service: () => Promise<Service>;
  readonly task: (arn: string) => Promise<Task>;
  readonly close: () => Promise<void>;
}

export const cluster = "shop-test";
export const base = "debian:bookworm-slim";

/** Starts everything. */
export async function startEcsWorld(): Promise<EcsWorld> {
  const local = await startLocalEndpoint();
  const label = `compose-ecs-pipeline.rehearsal=${process.pid}-ecs`;
  const labels = { "compose-ecs-pipeline.rehearsal": `${process.pid}-ecs` };
  const network = `compose-ecs-test-${process.pid}`;
  await docker(["network", "create", ...labelArguments(labels), network]);
  const world = {
    endpointUrl: local.endpoint.url,
    registryHost: local.endpoint.host,
    region,
    accountId,
    labels,
    network,
    identity: local.identity,
    directory: local.directory,
    log: () => undefined,
  };
  const ecs = ecsService(world, { maximumIntervalSeconds: 0.2 });
  local.endpoint.serve(ecs);
  local.endpoint.serveBalancing(ecs);
  const client = new ECSClient(local.asRoot);
  const executionRole = await local.role("execution", "ecs-tasks.amazonaws.com", executionStatements, {
    ArnLike: { "aws:SourceArn": `arn:aws:ecs:${region}:${accountId}:task/*` },
  });
  await prepare(local);
  await client.send(new CreateClusterCommand({ clusterName: cluster }));
  return {
    ecs,
    local,
    client,
    label,
    executionRole,
    registry: local.endpoint.host,
    targetGroupArn: await loadBalancer(local),
    register: async (family, ...containerDefinitions) => {
      const input: RegisterTaskDefinitionCommandInput = {
        family,
        containerDefinitions,
        cpu: "256",
        memory: "512",
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        executionRoleArn: executionRole,
        volumes: [{ name: "shared" }],
      };
      const { taskDefinition } = await client.send(new RegisterTaskDefinitionCommand(input));
      return taskDefinition?.taskDefinitionArn ?? "";
    },
    service: async () => {
      const reply = await client.send(new DescribeServicesCommand({ cluster, services: ["shop"] }));
      return reply.services?.[0] ?? {};
    },
    task: async (arn) => (await client.send(new DescribeTasksCommand({ cluster, tasks: [arn] }))).tasks?.[0] ?? {},
    close: async () => {
      await ecs.close();
      await removeLabelled(label);
      await local.close();
    },
  };
}

const executionStatements = [
  { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
  {
    Effect: "Allow",
    Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
    Resource: `arn:aws:ecr:${region}:${accountId}:repository/shop/*`,
  },
  {
    Effect: "Allow",
    Action: "ssm:GetParameters",
    Resource: `arn:aws:ssm:${region}:${accountId}:parameter/shop/test/*`,
  },
  {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: ["/ecs/shop", "/none"].map((group) => `arn:aws:logs:${region}:${accountId}:log-group:${group}:*`),
  },
];

async function prepare(local: LocalEndpoint): Promise<void> {
  const ssm = new SSMClient(local.asRoot);
  for (const path of ["/shop/test/WORD", "/shop/other/WORD"]) {
    await ssm.send(
      new PutParameterCommand({ Name: path, Value: `word of ${path}`, Type: ParameterType.SECURE_STRING }),
    );
  }
  await new CloudWatchLogsClient(local.asRoot).send(new CreateLogGroupCommand({ logGroupName: "/ecs/shop" }));
  await new ECRClient(local.asRoot).send(new CreateRepositoryCommand({ repositoryName: "shop/test" }));
}

async function loadBalancer(local: LocalEndpoint): Promise<string> {
  const elb = new ElasticLoadBalancingV2Client(local.asRoot);
  const { LoadBalancers } = await elb.send(
    new CreateLoadBalancerCommand({ Name: "shop", Subnets: ["subnet-1", "subnet-2"] }),
  );
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: "shop",
      Protocol: "HTTP",
      Port: 80,
      VpcId: "vpc-1",
      TargetType: "ip",
      HealthCheckPath: "/health",
      HealthCheckTimeoutSeconds: 2,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 3,
    }),
  );
  const TargetGroupArn = TargetGroups?.[0]?.TargetGroupArn ?? "";
  await elb.send(
    new ModifyTargetGroupAttributesCommand({
      TargetGroupArn,
      Attributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "10" }],
    }),
  );
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn ?? "",
      Protocol: "HTTP",
      Port: 80,
      DefaultActions: [{ Type: "forward", TargetGroupArn }],
    }),
  );
  return TargetGroupArn;
}

/** A container that answers HTTP on port 8080 with a text; `status` is its answer to health checks. */
export function answering(text: string, status = 200): ContainerDefinition {
  return {
    name: "web",
    image: base,
    essential: true,
    portMappings: [{ containerPort: 8080 }],
    command: ["perl", "-MIO::Socket::INET", "-e", server],
    environment: [
      { name: "TEXT", value: text },
      { name: "STATUS", value: String(status) },
    ],
    linuxParameters: { initProcessEnabled: true },
    stopTimeout: 5,
  };
}

// On SIGTERM, it finishes its open requests and then ends.
const server = `
$SIG{TERM} = sub { $over = 1 };
$socket = IO::Socket::INET->new(LocalPort => 8080, Listen => 128, ReuseAddr => 1) or die;
until ($over) {
  $client = $socket->accept or next;
  $first = <$client>;
  while (defined($line = <$client>)) { last if $line =~ /^\\r?\\n$/ }
  $status = $first =~ m{ /health } ? $ENV{STATUS} : 200;
  print $client "HTTP/1.1 $status X\\r\\nContent-Length: " . length($ENV{TEXT}) . "\\r\\nConnection: close\\r\\n\\r\\n$ENV{TEXT}";
  close $client;
}`;

/** Pushes the base image as `shop/test:<tag>`; returns its reference and the digest of its manifest. */
export async function push(world: EcsWorld, tag: string): Promise<{ readonly image: string; readonly digest: string }> {
  const image = `${world.registry}/shop/test:${tag}`;
  const ecr = new ECRClient(world.local.asRoot);
  const { authorizationData = [] } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const token = Buffer.from(authorizationData[0]?.authorizationToken ?? "", "base64").toString();
  const env = { DOCKER_CONFIG: `${world.local.directory}/docker` };
  const input = token.slice(token.indexOf(":") + 1);
  await docker(["login", "--username", "AWS", "--password-stdin", world.registry], { env, input });
  await docker(["tag", base, image]);
  const said = await docker(["push", image], { env });
  await docker(["rmi", image]);
  return { image, digest: /digest: (sha256:[0-9a-f]+)/u.exec(said)?.[1] ?? "" };
}

/** Asks again and again until the answer is as wanted; throws with the last answer after the given time. */
export async function until<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean, seconds = 30): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${JSON.stringify(answer).slice(0, 3000)}`);
    await sleep(100);
  }
}
