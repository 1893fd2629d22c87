import {
  CreateServiceCommand,
  DeleteServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeTasksCommand,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import type { ContainerDefinition, Service, UpdateServiceCommandInput } from "@aws-sdk/client-ecs";
import { DescribeTargetHealthCommand, ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { expect } from "chai";
import { docker, labelledContainers } from "../../../local-cloud/index.ts";
import { answering, cluster, type EcsWorld, startEcsWorld, until } from "../local-cloud/ecs-world.ts";

// Each step continues where the one before it left the service.
describe("a service of the local ECS", function () {
  this.timeout(90_000);
  let world: EcsWorld;
  before(async () => {
    world = await startEcsWorld();
  });
  after(async () => {
    await world.close();
  });

  const update = (change: Partial<UpdateServiceCommandInput>) =>
    world.client.send(new UpdateServiceCommand({ cluster, service: "shop", ...change }));
  const rollout = (wanted: (service: Service) => boolean): Promise<Service> => until(world.service, wanted, 60);
  const isDone = ({ deployments = [] }: Service): boolean =>
    deployments.length === 1 && deployments[0]?.rolloutState === "COMPLETED";
  const serves = ({ desiredCount, runningCount, ...service }: Service): boolean =>
    isDone({ ...service }) &&
    runningCount === desiredCount &&
    service.events?.[0]?.message?.includes("steady state") === true;
  const answers = async (): Promise<string> => {
    const reply = await fetch(world.ecs.loadBalancers()[0]?.url ?? "");
    return `${reply.status} ${await reply.text()}`;
  };
  const register = (text: string, more: Partial<ContainerDefinition> = {}, status = 200): Promise<string> =>
    world.register("shop", { ...answering(text, status), ...more });
  const history = async () => {
    const { serviceDeployments = [] } = await world.client.send(
      new ListServiceDeploymentsCommand({ cluster, service: "shop" }),
    );
    return serviceDeployments.map(({ status }) => status);
  };
  const load = async (run: () => Promise<unknown>) => {
    const results: Promise<string>[] = [];
    const timer = setInterval(() => {
      results.push(answers().catch((error: unknown) => String(error)));
    }, 20);
    await run().finally(() => {
      clearInterval(timer);
    });
    return await Promise.all(results);
  };

  it("is deployed at once with a count of 0, and its load balancer has no target", async () => {
    await world.client.send(
      new CreateServiceCommand({
        cluster,
        serviceName: "shop",
        taskDefinition: await register("v1"),
        desiredCount: 0,
        launchType: "FARGATE",
        loadBalancers: [{ targetGroupArn: world.targetGroupArn, containerName: "web", containerPort: 8080 }],
        deploymentConfiguration: {
          minimumHealthyPercent: 100,
          maximumPercent: 200,
          deploymentCircuitBreaker: { enable: true, rollback: true },
        },
      }),
    );
    await rollout(isDone);
    expect(await answers()).to.match(/^503 /u);
    expect(await history()).to.deep.equal(["SUCCESSFUL"]);
  });

  it("starts tasks when its count is raised, without a deployment, and serves when they are healthy", async () => {
    world.ecs.keepWithin(cluster, "shop", 2, 4);
    const service = await rollout(serves);
    expect([service.desiredCount, service.runningCount, await answers(), await history()]).to.deep.equal([
      ...[2, 2, "200 v1"],
      ["SUCCESSFUL"],
    ]);
    const elb = new ElasticLoadBalancingV2Client(world.local.asRoot);
    const { TargetHealthDescriptions: targets = [] } = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: world.targetGroupArn }),
    );
    expect(targets.map(({ Target, TargetHealth }) => [Target?.Port, TargetHealth?.State])).to.deep.equal([
      [8080, "healthy"],
      [8080, "healthy"],
    ]);
  });

  it("rolls over to a new revision and loses no request", async () => {
    const taskDefinition = await register("v2");
    const results = await load(async () => {
      await update({ taskDefinition });
      await rollout(serves);
    });
    expect([...new Set(results)].toSorted()).to.deep.equal(["200 v1", "200 v2"]);
    expect(await answers()).to.equal("200 v2");
    expect(await history()).to.deep.equal(["SUCCESSFUL", "SUCCESSFUL"]);
  });

  it("replaces a task whose container was killed by hand", async () => {
    const [first] = Object.entries(world.ecs.containers(cluster, "shop"));
    const [arn, containers] = first ?? ["", {}];
    await docker(["kill", containers["web"] ?? ""]);
    await rollout((service) => service.runningCount === 1);
    await rollout(serves);
    expect(Object.keys(world.ecs.containers(cluster, "shop")))
      .to.have.length(2)
      .and.not.include(arn);
    const { tasks = [] } = await world.client.send(new DescribeTasksCommand({ cluster, tasks: [arn] }));
    expect(tasks.map(({ stoppedReason, containers: [web] = [] }) => [stoppedReason, web?.exitCode])).to.deep.equal([
      ["Essential container in task exited", 137],
    ]);
  });

  // deployment-circuit-breaker: "rolls back to the last deployment that completed successfully"
  const sick: readonly (readonly [string, string, Partial<ContainerDefinition>, number])[] = [
    ["exits", "Essential container in task exited", { command: ["sh", "-c", "exit 1"] }, 200],
    [
      "fails its container health check",
      "Task failed container health checks",
      { healthCheck: { command: ["CMD-SHELL", "exit 1"], interval: 5, timeout: 2, retries: 1 } },
      200,
    ],
    ["fails the load balancer's health check", "Task failed ELB health checks in (target-group TARGET)", {}, 500],
  ];
  for (const [what, reason, more, status] of sick) {
    it(`rolls back from a revision whose container ${what}, and loses no request`, async () => {
      const before = await world.service();
      const taskDefinition = await register("sick", more, status);
      const results = await load(async () => {
        await update({ taskDefinition });
        await rollout(({ deployments = [] }) => deployments.length === 2);
        await rollout(serves);
      });
      const after = await world.service();
      // A target that passes the load balancer's checks gets requests, even while its container's own check still fails.
      expect(results.filter((answer) => !answer.startsWith("200 "))).to.deep.equal([]);
      expect(await answers()).to.equal("200 v2");
      expect(after.taskDefinition).to.equal(before.taskDefinition);
      expect(after.deployments?.[0]?.id).to.equal(before.deployments?.[0]?.id);
      expect((await history())[0]).to.equal("ROLLBACK_SUCCESSFUL");
      const listed = await world.client.send(new ListTasksCommand({ cluster, desiredStatus: "STOPPED" }));
      const { tasks = [] } = await world.client.send(
        new DescribeTasksCommand({ cluster, tasks: listed.taskArns ?? [] }),
      );
      const failed = tasks.filter((task) => task.taskDefinitionArn === taskDefinition);
      expect(failed.map(({ stoppedReason }) => stoppedReason)).to.include(
        reason.replace("TARGET", world.targetGroupArn),
      );
      expect(after.events?.map(({ message }) => message)).to.include(
        `(service shop) rolling back to deployment ${after.deployments?.[0]?.id ?? ""}.`,
      );
    });
  }

  it("reports why there was a rollback, what ran and which images", async () => {
    const { serviceDeployments: list = [] } = await world.client.send(
      new ListServiceDeploymentsCommand({ cluster, service: "shop" }),
    );
    const { serviceDeployments: [last] = [] } = await world.client.send(
      new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [list[0]?.serviceDeploymentArn ?? ""] }),
    );
    expect({ reason: last?.statusReason, breaker: last?.deploymentCircuitBreaker }).to.deep.equal({
      reason: "Service deployment rolled back because the circuit breaker threshold was exceeded.",
      breaker: { status: "TRIGGERED", failureCount: 3, threshold: 3 },
    });
    const { serviceRevisions = [] } = await world.client.send(
      new DescribeServiceRevisionsCommand({ serviceRevisionArns: [last?.rollback?.serviceRevisionArn ?? ""] }),
    );
    expect(serviceRevisions.map(({ taskDefinition }) => taskDefinition)).to.deep.equal([
      (await world.service()).taskDefinition,
    ]);
  });

  it("is not deleted above a count of 0, and then leaves no task and no open port", async () => {
    const remove = () => world.client.send(new DeleteServiceCommand({ cluster, service: "shop" }));
    const refused = await remove().catch((error: unknown) => error as Error);
    expect([(refused as Error).name, (refused as Error).message]).to.deep.equal([
      "InvalidParameterException",
      "The service cannot be stopped while it is scaled above 0.",
    ]);
    await update({ desiredCount: 0 });
    await remove();
    await rollout(({ status }) => status === "INACTIVE");
    // The ports close after the service is gone, once ELBv2 has answered which of them another service still needs.
    await until(
      () => Promise.resolve(world.ecs.loadBalancers()),
      (balancers) => balancers.length === 0,
    );
    expect(await labelledContainers(world.label)).to.deep.equal([]);
  });

  // deployment-circuit-breaker: "the circuit breaker does not launch new tasks and the deployment is stalled"
  it("stays failed when its first deployment fails", async () => {
    await world.client.send(
      new CreateServiceCommand({
        cluster,
        serviceName: "shop",
        desiredCount: 1,
        launchType: "FARGATE",
        taskDefinition: await register("never", { command: ["sh", "-c", "exit 1"] }),
        deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
      }),
    );
    const { deployments = [] } = await rollout((service) => service.deployments?.[0]?.rolloutState === "FAILED");
    expect(
      deployments.map(({ status, rolloutStateReason, failedTasks }) => ({ status, rolloutStateReason, failedTasks })),
    ).to.deep.equal([
      {
        status: "PRIMARY",
        rolloutStateReason: "ECS deployment circuit breaker: tasks failed to start.",
        failedTasks: 3,
      },
    ]);
    await until(
      () => labelledContainers(world.label),
      (containers) => containers.length === 0,
    );
    expect(await history()).to.deep.equal(["STOPPED"]);
  });
});
