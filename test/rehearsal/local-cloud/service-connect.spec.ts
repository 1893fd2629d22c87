import { CreateServiceCommand, RunTaskCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import type { CreateServiceCommandInput } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { docker } from "../../../local-cloud/kit/docker.ts";
import { answering, cluster, startEcsWorld, until } from "./ecs-world.ts";
import type { EcsWorld } from "./ecs-world.ts";

// The expectations are from the page "Amazon ECS Service Connect components" of the ECS developer guide.
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
  /** A server that others reach at a name. */
  const named = (portName: string, dnsName: string, aliasPort = port, namespace?: string) => ({
    serviceConnectConfiguration: {
      enabled: true,
      namespace,
      services: [{ portName, clientAliases: [{ port: aliasPort, dnsName }] }],
    },
  });
  const client = { serviceConnectConfiguration: { enabled: true } };
  /** Docker's identifier of the one container that a service runs, except the given ones. */
  const containerOf = (service: string, ...not: readonly string[]) =>
    until<string>(
      () => {
        const ids = Object.values(world.ecs.containers(cluster, service)).flatMap((each) => Object.values(each));
        return Promise.resolve(ids.length === 1 && !not.includes(ids[0] ?? "") ? (ids[0] ?? "") : "");
      },
      (id) => id !== "",
      30,
    );
  const inside = (container: string, command: string) =>
    docker(["exec", container, "bash", "-c", `{ ${command}; } 2>/dev/null || true`]);
  /** The address of a name, as a program in a container gets it. */
  const resolved = (container: string, name: string) => inside(container, `getent hosts ${name}`);
  /** The last line of the answer to a request; empty when the connection ends without an answer. */
  const asked = async (container: string, name: string) => {
    const request = `printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3`;
    return (await inside(container, `exec 3<>/dev/tcp/${name}/${port}; ${request}`)).split("\r\n").at(-1);
  };

  it("resolves a name from the creation of its service, and connects once a task runs behind it", async () => {
    await create("api", { ...named("api-8080", "api"), desiredCount: 0 }, "api-8080");
    await create("nginx", client, "nginx-8080");
    const nginx = await containerOf("nginx");
    const address = await resolved(nginx, "api");
    expect(address).to.match(/^\d+\.\d+\.\d+\.\d+\s+api$/);
    expect(await asked(nginx, "api")).to.equal("");
    await world.client.send(new UpdateServiceCommand({ cluster, service: "api", desiredCount: 1 }));
    const first = await containerOf("api");
    expect(
      await until(
        () => asked(nginx, "api"),
        (answer) => answer !== "",
      ),
    ).to.equal("api");
    // A program that looked the name up once, as nginx does, reaches the tasks of later deployments as well.
    await world.client.send(new UpdateServiceCommand({ cluster, service: "api", forceNewDeployment: true }));
    await containerOf("api", first);
    expect([await resolved(nginx, "api"), await asked(nginx, "api")]).to.deep.equal([address, "api"]);
  });

  it("does not resolve a name in tasks whose deployment began before its service was created", async () => {
    await create("early", client, "early-8080");
    const first = await containerOf("early");
    await create("late", named("late-8080", "late"), "late-8080");
    await containerOf("late");
    expect(await resolved(first, "late")).to.equal("");
    // "Existing tasks and replacement tasks continue to behave the same as they did after the most recent deployment."
    await docker(["kill", first]);
    const second = await containerOf("early", first);
    expect(await resolved(second, "late")).to.equal("");
    await world.client.send(new UpdateServiceCommand({ cluster, service: "early", forceNewDeployment: true }));
    const third = await containerOf("early", second);
    expect(await asked(third, "late")).to.equal("late");
  });

  it("resolves names only in tasks of services that have Service Connect in the same namespace", async () => {
    await create("server", named("server-8080", "server", port, "one"), "server-8080");
    await create("neighbour", { serviceConnectConfiguration: { enabled: true, namespace: "one" } }, "n-8080");
    await create("stranger", { serviceConnectConfiguration: { enabled: true, namespace: "other" } }, "s-8080");
    await create("without", {}, "w-8080");
    const taskDefinition = await world.register("command", answering("command"));
    const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-1"] } };
    const { tasks } = await world.client.send(
      new RunTaskCommand({ cluster, taskDefinition, launchType: "FARGATE", networkConfiguration }),
    );
    const arn = tasks?.[0]?.taskArn ?? "";
    const { containers } = await until(
      () => world.task(arn),
      ({ lastStatus }) => lastStatus === "RUNNING",
    );
    const answers = await Promise.all(
      [containerOf("neighbour"), containerOf("stranger"), containerOf("without"), containers?.[0]?.runtimeId ?? ""].map(
        async (id) => (await resolved(await id, "server")) !== "",
      ),
    );
    expect(answers).to.deep.equal([true, false, false, false]);
  });

  it("refuses a port name that the task definition does not have, and a port that the local cloud does not support", async () => {
    const refusal = (made: Promise<unknown>) =>
      made.then(
        () => "none",
        (error: unknown) => (error as Error).message,
      );
    expect(await refusal(create("other", named("other-1", "other"), "other-8080"))).to.equal(
      "Invalid service connect configuration: portName(other-1) does not refer to any named PortMapping in the task definition.",
    );
    expect(await refusal(create("other", named("other-8080", "other", 80), "other-8080"))).to.equal(
      "the local cloud serves other-8080 at its own port only",
    );
  });
});
