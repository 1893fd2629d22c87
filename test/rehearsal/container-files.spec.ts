import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  type ContainerDefinition,
  type Task,
} from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { namesOf } from "../../components/kit/names.ts";
import { containerDefinitions, taskTemplate } from "../../components/service/task-template.ts";
import { readApplication } from "../../compose/index.ts";
import { ensureFilesImage } from "../../rehearsal/images.ts";
import { base, cluster, startEcsWorld, until, type EcsWorld } from "./local-cloud/ecs-world.ts";
import { accountId, region } from "./local-cloud/local-endpoint.ts";

const look = [
  "stat -c '%n %a %u:%g' /run/secrets/word /etc/shop/settings.yml",
  "cat /etc/shop/settings.yml /run/secrets/word; echo",
  "touch /run/secrets/word /new 2>/dev/null || echo neither the file nor the root can be written",
  "echo kept >/tmp/file && cat /tmp/file",
  "grep ' /tmp ' /proc/mounts | grep -o 'noexec\\|size=[0-9]*k' | sort",
].join("; ");

const compose = `services:
  web:
    image: ${base}
    command: ["sh", "-c", ${JSON.stringify(look)}]
    user: "1000:1000"
    read_only: true
    tmpfs: ["/tmp:size=16m,noexec"]
    secrets: [{ source: word, uid: "1000", gid: "1000", mode: 0400 }]
    configs: [{ source: settings, target: /etc/shop/settings.yml }]
secrets: { word: { environment: WORD } }
configs:
  settings: { content: "word: '$WORD', price: $$5\\n" }
`;

describe("the files and the memory of a Compose service on the local cloud", function () {
  this.timeout(120_000);
  let world: EcsWorld;
  before(async () => {
    await ensureFilesImage(() => undefined);
    world = await startEcsWorld();
  });
  after(() => world.close());

  /** The task definition of the Compose file, as `up` would register it, with the log group of these tests. */
  async function registered(): Promise<string> {
    const source = { files: ["shop.yml"], readFile: () => compose };
    const { application } = readApplication({ ...source, variables: { WORD: { kind: "parameter" } } });
    const [task] = application.services;
    if (task === undefined) throw new Error("no task");
    const names = namesOf("shop", "test", { partition: "aws", region, accountId });
    const template = taskTemplate({ task, names, family: "files", parameterNames: { WORD: "/shop/test/WORD" } });
    const logConfiguration = {
      logDriver: "awslogs",
      options: { "awslogs-group": "/ecs/shop", "awslogs-region": region, "awslogs-stream-prefix": "files" },
    };
    const definitions = containerDefinitions(template, () => base).map((one) => ({ ...one, logConfiguration }));
    const { taskDefinition } = await world.client.send(
      new RegisterTaskDefinitionCommand({
        family: "files",
        cpu: "256",
        memory: "512",
        networkMode: "awsvpc",
        executionRoleArn: world.executionRole,
        requiresCompatibilities: ["FARGATE"],
        volumes: task.volumes.map((name) => ({ name })),
        containerDefinitions: definitions as unknown as ContainerDefinition[],
      }),
    );
    return taskDefinition?.taskDefinitionArn ?? "";
  }

  it("are as in its Compose file, and the task definition does not contain the secret", async () => {
    const taskDefinition = await registered();
    const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-1"] } };
    const { tasks = [] } = await world.client.send(
      new RunTaskCommand({ cluster, taskDefinition, networkConfiguration }),
    );
    const task: Task = await until(
      () => world.task(tasks[0]?.taskArn ?? ""),
      ({ lastStatus }) => lastStatus === "STOPPED",
    );
    expect([task.containers?.map(({ name, exitCode }) => [name, exitCode]), task.stoppedReason]).to.deep.equal([
      [
        ["web", 0],
        ["web-files", 0],
      ],
      "Essential container in task exited",
    ]);
    const logs = new CloudWatchLogsClient(world.local.asRoot);
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: "/ecs/shop", logStreamNamePrefix: "files/" }),
    );
    expect(events.map(({ message }) => message)).to.deep.equal([
      "/run/secrets/word 400 1000:1000",
      "/etc/shop/settings.yml 444 0:0",
      "word: 'word of /shop/test/WORD', price: $5",
      "word of /shop/test/WORD",
      "neither the file nor the root can be written",
      "kept",
      "noexec",
      "size=16384k",
    ]);
    const described = await world.client.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    expect(JSON.stringify(described)).to.not.contain("word of");
  });
});
