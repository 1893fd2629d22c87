import { CreateServiceCommand } from "@aws-sdk/client-ecs";
import type { CreateServiceCommandInput } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { docker } from "../../rehearsal/docker.ts";
import { answering, cluster, startEcsWorld, until } from "./ecs-world.ts";
import type { EcsWorld } from "./ecs-world.ts";

describe("Service Connect of the local ECS", function () {
  this.timeout(90_000);
  let world: EcsWorld;
  before(async () => {
    world = await startEcsWorld();
  });
  after(async () => {
    await world.close();
  });

  const port = 8080;
  const create = async (name: string, more: Partial<CreateServiceCommandInput>, portName: string) => {
    const container = { ...answering(name), portMappings: [{ containerPort: port, name: portName }] };
    const taskDefinition = await world.register(name, container);
    const service = { cluster, serviceName: name, taskDefinition, desiredCount: 1, launchType: "FARGATE" } as const;
    return world.client.send(new CreateServiceCommand({ ...service, ...more }));
  };
  const named = (portName: string, aliasPort = port) => ({
    serviceConnectConfiguration: {
      enabled: true,
      services: [{ portName, clientAliases: [{ port: aliasPort, dnsName: "worker" }] }],
    },
  });
  /** Docker's identifier of the one container that a service runs. */
  const containerOf = (service: string) =>
    until(
      () => Promise.resolve(Object.values(world.ecs.containers(cluster, service)).flatMap(Object.values)[0] ?? ""),
      (id) => id !== "",
      30,
    );

  it("lets other services reach a container at its alias (ECS developer guide, Service Connect: client alias)", async () => {
    await create("worker", named("worker-8080"), "worker-8080");
    await create("shop", { serviceConnectConfiguration: { enabled: true } }, "shop-8080");
    await containerOf("worker");
    const found = await docker(["exec", await containerOf("shop"), "getent", "hosts", "worker"]);
    expect(found).to.match(/^\d+\.\d+\.\d+\.\d+\s+worker$/);
  });

  it("refuses a port name that the task definition does not have, and a port it does not rehearse", async () => {
    const refusal = (made: Promise<unknown>) =>
      made.then(
        () => "none",
        (error: unknown) => (error as Error).message,
      );
    expect(await refusal(create("other", named("other-1"), "other-8080"))).to.equal(
      "Invalid service connect configuration: portName(other-1) does not refer to any named PortMapping in the task definition.",
    );
    expect(await refusal(create("other", named("other-8080", 80), "other-8080"))).to.equal(
      "the local ECS reaches other-8080 at its own port only",
    );
  });
});
