import { expect } from "chai";
import { isFargateSize } from "../../../local-cloud/ecs/definitions/definition-check.ts";
import { arn, definition, quietEcs } from "./quiet-ecs.ts";

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

  it("refuse in a definition what Fargate refuses, and what tasks here do not support", async () => {
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

  it("move a service between a scalable target's bounds, unless it is not active any more", async () => {
    const { ecs, call } = quietEcs();
    await call("RegisterTaskDefinition", { ...definition, networkMode: undefined, requiresCompatibilities: undefined });
    await call("CreateCluster", { clusterName: "shop" });
    const count = async () => {
      const { services } = await call("DescribeServices", { cluster: "shop", services: ["shop"] });
      return (services as readonly { readonly desiredCount: number }[])[0]?.desiredCount;
    };
    await call("CreateService", { cluster: "shop", serviceName: "shop", taskDefinition: "shop", desiredCount: 0 });
    ecs.keepWithin("shop", "shop", 0, 4);
    expect(await count()).to.equal(0);
    await call("DeleteService", { cluster: "shop", service: "shop" });
    ecs.keepWithin("shop", "shop", 2, 4);
    expect(await count()).to.equal(0);
    expect(() => {
      ecs.keepWithin("shop", "other", 2, 4);
    }).to.throw("ECS service doesn't exist: service/shop/other");
  });

  it("list a service's deployments by status and by time, newest first, 20 a page, and describe at most 20 (API reference)", async () => {
    const { call, refusal } = quietEcs();
    await call("RegisterTaskDefinition", { ...definition, networkMode: undefined, requiresCompatibilities: undefined });
    await call("CreateCluster", { clusterName: "shop" });
    const service = { cluster: "shop", service: "shop" };
    await call("CreateService", { cluster: "shop", serviceName: "shop", taskDefinition: "shop", desiredCount: 0 });
    for (let deployment = 2; deployment <= 22; deployment += 1) {
      await new Promise((later) => setTimeout(later, 2));
      await call("UpdateService", { ...service, forceNewDeployment: true });
    }
    type Brief = Readonly<Record<"serviceDeploymentArn" | "targetServiceRevisionArn" | "status", string>> & {
      readonly createdAt: number;
    };
    const list = async (more: object) =>
      (await call("ListServiceDeployments", { ...service, ...more })) as unknown as {
        readonly serviceDeployments: readonly Brief[];
        readonly nextToken?: string;
      };
    const first = await list({});
    const second = await list({ nextToken: first.nextToken });
    const all = [...first.serviceDeployments, ...second.serviceDeployments];
    expect([first.serviceDeployments.length, second.serviceDeployments.length, second.nextToken]).to.deep.equal([
      ...[20, 2, undefined],
    ]);
    const times = all.map(({ createdAt }) => createdAt);
    expect(times).to.deep.equal(times.toSorted((a, b) => b - a));
    expect(
      all.every(({ targetServiceRevisionArn }) =>
        /:service-revision\/shop\/shop\/\d+$/u.test(targetServiceRevisionArn),
      ),
    ).to.equal(true);
    const { createdAt } = all[10] ?? { createdAt: 0 };
    const arnsOf = async (more: object) =>
      (await list({ maxResults: 100, ...more })).serviceDeployments.map(
        ({ serviceDeploymentArn }) => serviceDeploymentArn,
      );
    const arns = all.map(({ serviceDeploymentArn }) => serviceDeploymentArn);
    // "created before this time" and "created after this time"
    expect(await arnsOf({ createdAt: { before: createdAt } })).to.deep.equal(arns.slice(11));
    expect(await arnsOf({ createdAt: { after: createdAt } })).to.deep.equal(arns.slice(0, 10));
    const ofStatus = (...wanted: readonly string[]) =>
      all.filter(({ status }) => wanted.includes(status)).map(({ serviceDeploymentArn }) => serviceDeploymentArn);
    expect(ofStatus("SUCCESSFUL")).to.have.lengthOf(21);
    expect(await arnsOf({ status: ["SUCCESSFUL"] })).to.deep.equal(ofStatus("SUCCESSFUL"));
    expect(await arnsOf({ status: ["IN_PROGRESS", "STOPPED"] })).to.deep.equal(ofStatus("IN_PROGRESS", "STOPPED"));
    expect(await arnsOf({ status: ["ROLLBACK_FAILED"] })).to.deep.equal([]);
    const { serviceDeployments } = await call("DescribeServiceDeployments", {
      serviceDeploymentArns: arns.slice(0, 20),
    });
    expect(serviceDeployments).to.have.lengthOf(20);
    const many = "has 21 ARNs; at most 20 are allowed.";
    expect([
      await refusal("DescribeServiceDeployments", { serviceDeploymentArns: arns.slice(0, 21) }),
      await refusal("DescribeServiceRevisions", {
        serviceRevisionArns: all.slice(0, 21).map(({ targetServiceRevisionArn }) => targetServiceRevisionArn),
      }),
    ]).to.deep.equal([
      `InvalidParameterException: serviceDeploymentArns ${many}`,
      `InvalidParameterException: serviceRevisionArns ${many}`,
    ]);
  });
});
