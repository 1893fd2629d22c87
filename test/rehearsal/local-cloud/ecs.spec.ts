import { CloudWatchLogsClient, GetLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { RegisterTaskDefinitionCommand, RunTaskCommand, StopTaskCommand } from "@aws-sdk/client-ecs";
import type { ContainerDefinition, RunTaskCommandInput, Task } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { labelledContainers, docker } from "../../../local-cloud/kit/docker.ts";
import { base, cluster, push, startEcsWorld, until } from "./ecs-world.ts";
import type { EcsWorld } from "./ecs-world.ts";

describe("a task of the local ECS", function () {
  this.timeout(60_000);
  let world: EcsWorld;
  before(async () => {
    world = await startEcsWorld();
  });
  after(async () => {
    await world.close();
  });

  const run = async (taskDefinition: string, more: Partial<RunTaskCommandInput> = {}): Promise<string> => {
    const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-1"] } };
    const input = { cluster, taskDefinition, networkConfiguration, ...more };
    const { tasks = [] } = await world.client.send(new RunTaskCommand(input));
    return tasks[0]?.taskArn ?? "";
  };
  const ended = (arn: string): Promise<Task> =>
    until(
      () => world.task(arn),
      ({ lastStatus }) => lastStatus === "STOPPED",
    );
  const shell = (name: string, script: string, more: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
    name,
    image: base,
    command: ["sh", "-c", script],
    stopTimeout: 2,
    ...more,
  });
  const exits = ({ containers = [] }: Task) => containers.map(({ name, exitCode }) => [name, exitCode]);

  it("is the same for a request of RunTask that is repeated with its client token, and for no other request", async () => {
    const definition = await world.register("token", shell("once", "exit 0"));
    const clientToken = "a".repeat(64);
    const [first, again] = [await run(definition, { clientToken }), await run(definition, { clientToken })];
    const other = await run(definition, { clientToken, startedBy: "another" }).catch((error: unknown) => String(error));
    expect([again, other.replace(/:.*/, "")]).to.deep.equal([first, "ConflictException"]);
  });

  it("is healthy within seconds after its check passes for the first time, however long the interval is", async () => {
    const healthCheck = { command: ["CMD-SHELL", "test -e /tmp/ready"], interval: 300, timeout: 2 };
    const arn = await run(
      await world.register("healthy", shell("web", "sleep 2; touch /tmp/ready; sleep 60", { healthCheck })),
    );
    const running = await until(
      () => world.task(arn),
      ({ lastStatus }) => lastStatus === "RUNNING",
    );
    const healthy = await until(
      () => world.task(arn),
      ({ healthStatus }) => healthStatus !== "UNKNOWN",
    );
    expect([running.healthStatus, healthy.healthStatus]).to.deep.equal(["UNKNOWN", "HEALTHY"]);
    await world.client.send(new StopTaskCommand({ cluster, task: arn }));
  });

  // Developer Guide, efs-volumes: "share file system data across" tasks
  it("leaves its files on EFS to the next task, whatever user that has, and has the limits of its definition", async () => {
    const efsVolumeConfiguration = {
      fileSystemId: "fs-1",
      transitEncryption: "ENABLED" as const,
      authorizationConfig: { accessPointId: "fsap-1", iam: "ENABLED" as const },
    };
    const script = '[ "$(ulimit -n)" = 1024 ] || exit 9; [ ! -e /uploads/file ] || exit 3; echo left > /uploads/file';
    const web = shell("web", script, {
      user: "1000:1000",
      mountPoints: [{ sourceVolume: "uploads", containerPath: "/uploads" }],
      ulimits: [{ name: "nofile", softLimit: 1024, hardLimit: 1024 }],
    });
    const { taskDefinition } = await world.client.send(
      new RegisterTaskDefinitionCommand({
        family: "files",
        cpu: "256",
        memory: "512",
        networkMode: "awsvpc",
        containerDefinitions: [web],
        requiresCompatibilities: ["FARGATE"],
        executionRoleArn: world.executionRole,
        volumes: [{ name: "uploads", efsVolumeConfiguration }],
      }),
    );
    const revision = taskDefinition?.taskDefinitionArn ?? "";
    const [first, second] = [await ended(await run(revision)), await ended(await run(revision))];
    expect([exits(first), exits(second)]).to.deep.equal([[["web", 0]], [["web", 3]]]);
  });

  // Developer Guide, task_definition_parameters: dependsOn SUCCESS, mountPoints; "containers that belong to the same
  // task can communicate over the localhost interface" (task-networking-awsvpc)
  it("starts containers in order, with one localhost, shared volumes, the secrets and the overrides", async () => {
    const mountPoints = [{ sourceVolume: "shared", containerPath: "/shared" }];
    const definition = await world.register(
      "order",
      shell("first", "sleep 0.5; echo ready > /shared/file", { essential: false, mountPoints }),
      shell(
        "listener",
        "exec perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalPort => 7000, Listen => 5); while ($c = $s->accept) { print $c qq(hello\\n) }'",
        { essential: false },
      ),
      shell(
        "last",
        'sleep 1; cat /shared/file; perl -MIO::Socket::INET -e \'print IO::Socket::INET->new("127.0.0.1:7000")->getline\'; echo "$WORD $KIND"; touch /x || true; exit 7',
        {
          mountPoints,
          dependsOn: [
            { containerName: "first", condition: "SUCCESS" },
            { containerName: "listener", condition: "START" },
          ],
          secrets: [{ name: "WORD", valueFrom: "/shop/test/WORD" }],
          environment: [{ name: "KIND", value: "plain" }],
          readonlyRootFilesystem: true,
          logConfiguration: {
            logDriver: "awslogs",
            options: { "awslogs-group": "/ecs/shop", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "order" },
          },
        },
      ),
    );
    const overrides = { containerOverrides: [{ name: "last", environment: [{ name: "KIND", value: "two\nlines" }] }] };
    const arn = await run(definition, { overrides, startedBy: "spec" });
    const task = await ended(arn);
    expect({
      code: task.stopCode,
      reason: task.stoppedReason,
      exits: exits(task),
      startedBy: task.startedBy,
    }).to.deep.equal({
      code: "EssentialContainerExited",
      reason: "Essential container in task exited",
      exits: [
        ["first", 0],
        ["listener", 137],
        ["last", 7],
      ],
      startedBy: "spec",
    });
    const logs = await new CloudWatchLogsClient(world.local.asRoot).send(
      new GetLogEventsCommand({
        logGroupName: "/ecs/shop",
        logStreamName: `order/last/${arn.split("/").at(-1) ?? ""}`,
        startFromHead: true,
      }),
    );
    const lines = logs.events?.map(({ message }) => message) ?? [];
    expect(lines.filter((line) => !line?.startsWith("touch"))).to.deep.equal([
      "ready",
      "hello",
      "word of /shop/test/WORD two",
      "lines",
    ]);
    expect(lines.some((line) => line?.includes("Read-only file system"))).to.equal(true);
  });

  // "the volume permissions are set to 0755 and the owner as root" unless the image has VOLUME (bind-mounts)
  it("gives a volume to root when the image declares no VOLUME", async () => {
    const mountPoints = [{ sourceVolume: "shared", containerPath: "/usr/games" }];
    const definition = await world.register(
      "volume",
      shell("web", "touch /usr/games/x", { mountPoints, user: "1000" }),
    );
    expect(exits(await ended(await run(definition)))).to.deep.equal([["web", 1]]);
  });

  it("pulls an image of the registry with the execution role and shows the digest that runs", async () => {
    const { image, digest } = await push(world, "a");
    const task = await ended(await run(await world.register("pull", shell("web", "true", { image }))));
    expect(task.containers?.map(({ exitCode, imageDigest }) => ({ exitCode, imageDigest }))).to.deep.equal([
      { exitCode: 0, imageDigest: digest },
    ]);
  });

  const logsTo = (group: string): ContainerDefinition["logConfiguration"] => ({
    logDriver: "awslogs",
    options: { "awslogs-group": group, "awslogs-region": "us-east-1", "awslogs-stream-prefix": "x" },
  });
  // Developer Guide, stopped-task-error-codes: CannotPullContainerError, ResourceInitializationError
  const failures: readonly (readonly [string, RegExp, Partial<ContainerDefinition>])[] = [
    [
      "an image that is not in the registry",
      /^CannotPullContainerError: .*shop\/test:none/su,
      { image: "REGISTRY/shop/test:none" },
    ],
    [
      "a repository its execution role may not pull from",
      /^CannotPullContainerError: .*other\/web/su,
      { image: "REGISTRY/other/web:a" },
    ],
    [
      "a parameter that does not exist",
      /^ResourceInitializationError: .*invalid parameters: \/shop\/test\/NONE/u,
      { secrets: [{ name: "WORD", valueFrom: "/shop/test/NONE" }] },
    ],
    [
      "a parameter its execution role may not read",
      /^ResourceInitializationError: .*not authorized to perform: ssm:GetParameters on resource: .*\/shop\/other\/WORD/u,
      { secrets: [{ name: "WORD", valueFrom: "/shop/other/WORD" }] },
    ],
    [
      "a log group that does not exist",
      /^ResourceInitializationError: failed to validate logger args: .*does not exist/u,
      { logConfiguration: logsTo("/none") },
    ],
    [
      "a log group its execution role may not write to",
      /^ResourceInitializationError: failed to validate logger args: .*not authorized to perform: logs:CreateLogStream on resource: .*log-group:\/ecs\/other:/u,
      { logConfiguration: logsTo("/ecs/other") },
    ],
  ];
  for (const [what, message, more] of failures) {
    it(`fails to start with ${what}`, async () => {
      const image = (more.image ?? base).replace("REGISTRY", world.registry);
      const task = await ended(await run(await world.register("failing", shell("web", "true", { ...more, image }))));
      expect([task.stopCode, exits(task)]).to.deep.equal(["TaskFailedToStart", [["web", undefined]]]);
      expect(task.stoppedReason).to.match(message);
    });
  }

  // "stopTimeout: time to wait before the container is forcefully killed if it doesn't exit normally on its own";
  // "containers are stopped in the reverse order" of dependsOn
  it("stops dependants first, with SIGTERM, and kills what does not end in time", async () => {
    const definition = await world.register(
      "stopping",
      shell("deaf", "trap '' TERM; while :; do sleep 0.1; done", { stopTimeout: 2 }),
      shell("polite", "trap 'exit 3' TERM; while :; do sleep 0.1; done", {
        dependsOn: [{ containerName: "deaf", condition: "START" }],
      }),
    );
    const arn = await run(definition);
    await until(
      () => world.task(arn),
      ({ lastStatus }) => lastStatus === "RUNNING",
    );
    await world.ecs.operations["StopTask"]?.(
      { cluster, task: arn, reason: "enough" },
      { accessKeyId: "", principalArn: "" },
    );
    const task = await ended(arn);
    expect([task.stopCode, task.stoppedReason, exits(task)]).to.deep.equal([
      "UserInitiated",
      "enough",
      [
        ["deaf", 137],
        ["polite", 3],
      ],
    ]);
  });

  it("leaves no container, and only the volume of EFS, which stays after tasks", async () => {
    expect(await labelledContainers(world.label)).to.deep.equal([]);
    expect(await docker(["volume", "ls", "--quiet", "--filter", `label=${world.label}`])).to.equal("fs-1-fsap-1");
  });
});
