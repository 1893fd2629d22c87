import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateServiceCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ContainerDefinition,
} from "@aws-sdk/client-ecs";
import { SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { run } from "../../scripts/cli.ts";
import type { StackNames } from "../../scripts/pulumi/stack-names.ts";
import type { Clients, Surroundings } from "../../scripts/verb/surroundings.ts";
import { names as exampleNames } from "../support/command-line.ts";
import { base, cluster, startEcsWorld, type EcsWorld } from "./local-cloud/ecs-world.ts";

describe("run, logs and parameters on the local cloud", function () {
  this.timeout(60_000);
  let world: EcsWorld;
  let clients: Pick<Clients, "ecs" | "logs" | "ssm">;
  const names: StackNames = {
    ...exampleNames,
    cluster,
    services: ["shop"],
    releaseFamilies: [],
    logGroup: "/ecs/shop",
    parameterPath: "/shop/test",
  };
  const declared = {
    stack: "test",
    region: undefined,
    path: "/shop/test",
    rolledOut: true,
    keyArns: [],
    variables: { WORD: { name: "/shop/test/WORD", from: "person" } },
  } as const;

  before(async () => {
    world = await startEcsWorld();
    clients = {
      ecs: world.client,
      logs: new CloudWatchLogsClient(world.local.asRoot),
      ssm: new SSMClient(world.local.asRoot),
    };
    const taskDefinition = await world.register("shop", proxy, web);
    const awsvpcConfiguration = { subnets: ["subnet-1"] };
    await world.client.send(
      new CreateServiceCommand({
        cluster,
        serviceName: "shop",
        taskDefinition,
        desiredCount: 0,
        launchType: "FARGATE",
        networkConfiguration: { awsvpcConfiguration },
      }),
    );
  });
  after(() => world.close());

  const logConfiguration = {
    logDriver: "awslogs",
    options: { "awslogs-group": "/ecs/shop", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "shop" },
  } as const;
  const web: ContainerDefinition = {
    name: "web",
    image: base,
    essential: true,
    command: ["sleep", "60"],
    stopTimeout: 2,
    logConfiguration,
    secrets: [{ name: "WORD", valueFrom: "/shop/test/WORD" }],
    healthCheck: { command: ["CMD", "false"], interval: 5, timeout: 2, retries: 1 },
  };
  const proxy: ContainerDefinition = {
    name: "proxy",
    image: base,
    essential: true,
    command: ["sleep", "60"],
    dependsOn: [{ containerName: "web", condition: "HEALTHY" }],
  };

  /** Runs a command line, with the verb's arguments after it. */
  async function verb(args: readonly string[], more: Partial<Surroundings> = {}) {
    const [out, err] = [[] as string[], [] as string[]];
    const desk = {
      person: "mia",
      interactive: false,
      has: () => false,
      runHere: () => Promise.resolve(1),
      readFile: () => Promise.resolve(""),
      editSecret: () => Promise.resolve(""),
      readSecret: () => Promise.resolve("another word\n"),
    };
    const code = await run([...args.slice(0, 1), "--stack", "test", ...args.slice(1)], {
      say: (line: string) => out.push(line),
      warn: (line: string) => err.push(line),
      locate: () => Promise.resolve(names),
      clients: () => clients,
      now: () => new Date(),
      pause: () => sleep(100),
      interruption: () => new AbortController().signal,
      project: { declared: () => Promise.resolve(declared) },
      desk,
      ...more,
    } as unknown as Surroundings);
    return { code, out, err };
  }
  const inWeb = ["run", "--container", "web", "--", "sh", "-c"];

  it("runs a command with the service's secrets and without the containers that wait for it, and returns its exit code", async () => {
    const { code, out, err } = await verb([...inWeb, 'echo "$WORD"; sleep 1; echo "two  words"; exit 7']);
    const task = /task (\S+) starts/.exec(err[1] ?? "")?.[1] ?? "";
    expect([code, out, err.at(-1)]).to.deep.equal([
      7,
      ["word of /shop/test/WORD", "two  words"],
      "run: exit code 7 (Essential container in task exited)",
    ]);
    const { tasks = [] } = await world.client.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
    const [{ containers = [], startedBy, taskDefinitionArn: taskDefinition } = {}] = tasks;
    const { taskDefinition: made } = await world.client.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    expect([startedBy, containers.map(({ name }) => name), made?.family, made?.status]).to.deep.equal([
      "run/mia",
      ["web"],
      "shop_run",
      "INACTIVE",
    ]);
    const logs = await verb(["logs", "web"]);
    expect([logs.code, logs.out.map((line) => line.replace(/^\S+ /, ""))]).to.deep.equal([
      0,
      [`web/${task.slice(0, 8)} word of /shop/test/WORD`, `web/${task.slice(0, 8)} two  words`],
    ]);
  });

  it("stops the task at Ctrl-C", async () => {
    const person = new AbortController();
    const say = () => {
      person.abort();
    };
    const { code, err } = await verb([...inWeb, "echo begun; sleep 60"], { say, interruption: () => person.signal });
    const task = /task (\S+) starts/.exec(err[1] ?? "")?.[1] ?? "";
    expect([code, err.at(-1)]).to.deep.equal([130, `run: task ${task} is being stopped`]);
    const { tasks: [stopped] = [] } = await world.client.send(new DescribeTasksCommand({ cluster, tasks: [task] }));
    expect([stopped?.stopCode, stopped?.stoppedReason]).to.deep.equal(["UserInitiated", "Ctrl-C by run/mia"]);
  });

  it("lists and sets parameters, which the next task sees", async () => {
    const [before, set, after] = [
      await verb(["parameters", "list"]),
      await verb(["parameters", "set", "WORD"]),
      await verb(["parameters", "diff"]),
    ];
    expect(before.out.map((line) => line.replace(/changed [^,]+/, "changed then"))).to.deep.equal([
      "/shop/test/WORD: SecureString, version 1, changed then, read by web",
    ]);
    expect([set.code, set.out, after]).to.deep.equal([
      0,
      ["/shop/test/WORD: SecureString, version 2"],
      { code: 0, out: [], err: [] },
    ]);
    expect((await verb([...inWeb, 'echo "$WORD"'])).out).to.deep.equal(["another word"]);
  });
});
