import { expect } from "chai";
import { dependencies, environmentOf, isRestarted, taskHealth } from "../../../../local-cloud/ecs/tasks/containers.ts";
import { createArguments } from "../../../../local-cloud/ecs/tasks/create-arguments.ts";
import type { Container, ContainerState, Definition } from "../../../../local-cloud/ecs/kit/state.ts";

const around = {
  image: "shop@sha256:1",
  pause: "pause1",
  labels: { run: "7" },
  environmentFile: "/scratch/environment",
  inherited: ["KEY"],
  volumes: { tmp: "task-tmp", data: "task-data" },
  declaredVolumes: ["/data"],
  memoryMiB: 512,
};

describe("a container's docker arguments", () => {
  it("have every setting of the definition, and a variable's name but never its value", () => {
    const container: Container = {
      name: "web",
      image: "shop:1",
      command: ["serve", "-p", "3000"],
      entryPoint: ["tini", "--"],
      user: "1000",
      workingDirectory: "/app",
      readonlyRootFilesystem: true,
      memory: 256,
      memoryReservation: 128,
      cpu: 64,
      linuxParameters: { initProcessEnabled: true },
      dockerLabels: { "compose-ecs-pipeline.template": "abc" },
      mountPoints: [
        { sourceVolume: "tmp", containerPath: "/tmp" },
        { sourceVolume: "data", containerPath: "/data", readOnly: true },
      ],
      healthCheck: { command: ["CMD", "curl", "it's"], interval: 5, timeout: 2, retries: 4, startPeriod: 9 },
      environment: [{ name: "KEY", value: "two\nlines" }],
    };
    expect(createArguments(container, around)).to.deep.equal([
      ...[
        "create",
        "--label",
        "compose-ecs-pipeline.template=abc",
        "--label",
        "run=7",
        "--network",
        "container:pause1",
      ],
      ...[
        "--env-file",
        "/scratch/environment",
        "--env",
        "KEY",
        "--user",
        "1000",
        "--workdir",
        "/app",
        "--read-only",
        "--init",
      ],
      ...["--memory", "256m", "--memory-reservation", "128m", "--cpu-shares", "64"],
      ...["--mount", "type=volume,source=task-tmp,target=/tmp,volume-nocopy"],
      ...["--mount", "type=volume,source=task-data,target=/data,readonly"],
      ...["--health-cmd", String.raw`'curl' 'it'\''s'`, "--health-interval", "5s", "--health-timeout", "2s"],
      ...["--health-retries", "4", "--health-start-period", "9s"],
      ...["--entrypoint", "tini", "shop@sha256:1", "--", "serve", "-p", "3000"],
    ]);
  });

  it("have the Linux settings that few definitions use, and share the task's processes when it is set to", () => {
    const container: Container = {
      name: "web",
      image: "shop:1",
      interactive: true,
      pseudoTerminal: true,
      linuxParameters: {
        capabilities: { add: ["SYS_PTRACE"], drop: ["ALL", "CHOWN"] },
        tmpfs: [
          { containerPath: "/run", size: 64 },
          { containerPath: "/tmp", size: 16, mountOptions: ["ro", "mode=1777"] },
        ],
      },
      ulimits: [{ name: "nofile", softLimit: 1024, hardLimit: 4096 }],
      systemControls: [{ namespace: "kernel.shmmax", value: "1" }],
    };
    expect(createArguments(container, { ...around, inherited: [], sharesProcesses: true })).to.deep.equal([
      ...["create", "--label", "run=7", "--network", "container:pause1", "--env-file", "/scratch/environment"],
      ...["--pid", "container:pause1", "--interactive", "--tty", "--tmpfs", "/run:size=64m"],
      ...["--tmpfs", "/tmp:size=16m,ro,mode=1777", "--cap-add", "SYS_PTRACE"],
      ...["--cap-drop", "ALL", "--cap-drop", "CHOWN", "--ulimit", "nofile=1024:4096"],
      ...["--sysctl", "kernel.shmmax=1", "--memory", "512m", "--no-healthcheck", "shop@sha256:1"],
    ]);
  });

  // API reference, HealthCheck: "health checks that are embedded in a container image" are not used
  it("switch the image's health check off, and use the task's memory when the container has no limit", () => {
    expect(
      createArguments({ name: "web", image: "shop:1" }, { ...around, inherited: [], command: ["once"] }),
    ).to.deep.equal([
      ...["create", "--label", "run=7", "--network", "container:pause1", "--env-file", "/scratch/environment"],
      ...["--memory", "512m", "--no-healthcheck", "shop@sha256:1", "once"],
    ]);
  });

  it("give secrets priority over settings, and overrides over both", () => {
    const environment = [
      { name: "A", value: "1" },
      { name: "B", value: "1" },
      { name: "C", value: "1" },
    ];
    const container = { name: "web", image: "x", environment };
    expect(environmentOf(container, { B: "2", C: "2" }, [{ name: "C", value: "3" }])).to.deep.equal({
      A: "1",
      B: "2",
      C: "3",
    });
  });
});

// API reference, ContainerDependency: START, COMPLETE, SUCCESS, HEALTHY
describe("a container's dependencies", () => {
  const state = (change: Partial<ContainerState>): ContainerState[] => [
    { name: "db", image: "x", status: "PENDING", health: "UNKNOWN", ...change },
  ];
  const rows: readonly (readonly ["START" | "HEALTHY" | "COMPLETE" | "SUCCESS", Partial<ContainerState>, string])[] = [
    ["START", {}, "waiting"],
    ["START", { status: "RUNNING" }, "met"],
    ["START", { status: "STOPPED", exitCode: 0 }, "met"],
    ["HEALTHY", { status: "RUNNING" }, "waiting"],
    ["HEALTHY", { status: "RUNNING", health: "HEALTHY" }, "met"],
    ["HEALTHY", { status: "RUNNING", health: "UNHEALTHY" }, "impossible"],
    ["HEALTHY", { status: "STOPPED", exitCode: 0 }, "impossible"],
    ["COMPLETE", { status: "RUNNING" }, "waiting"],
    ["COMPLETE", { status: "STOPPED", exitCode: 1 }, "met"],
    ["SUCCESS", { status: "STOPPED", exitCode: 0 }, "met"],
    ["SUCCESS", { status: "STOPPED", exitCode: 1 }, "impossible"],
  ];
  for (const [condition, change, result] of rows) {
    it(`are ${result} with ${condition} on a container that is ${JSON.stringify(change)}`, () => {
      const container = { name: "web", image: "x", dependsOn: [{ containerName: "db", condition }] };
      expect(dependencies(container, state(change))).to.equal(result);
    });
  }
});

// Developer Guide, healthcheck: UNHEALTHY if one essential container is, UNKNOWN while one is, else HEALTHY
describe("a task's health", () => {
  const healthCheck = { command: ["CMD-SHELL", "true"] };
  const containerDefinitions = [
    { name: "web", image: "x", healthCheck },
    { name: "proxy", image: "x", healthCheck },
    { name: "side", image: "x", healthCheck, essential: false },
    { name: "plain", image: "x" },
  ];
  const definition = { containerDefinitions } as unknown as Definition;
  const rows = [
    { web: "HEALTHY", proxy: "HEALTHY", side: "UNHEALTHY", task: "HEALTHY" },
    { web: "HEALTHY", proxy: "UNKNOWN", side: "HEALTHY", task: "UNKNOWN" },
    { web: "UNKNOWN", proxy: "UNHEALTHY", side: "HEALTHY", task: "UNHEALTHY" },
  ] as const;
  for (const { task, ...healths } of rows) {
    it(`is ${task} for ${JSON.stringify(healths)}`, () => {
      const states = Object.entries(healths).map(([name, health]) => ({
        name,
        health,
        image: "x",
        status: "RUNNING" as const,
      }));
      expect(taskHealth(definition, states)).to.equal(task);
    });
  }
});

// API reference, ContainerRestartPolicy
describe("a container that ended", () => {
  const policy = { enabled: true, ignoredExitCodes: [0], restartAttemptPeriod: 60 };
  const container: Container = { name: "web", image: "shop:1", restartPolicy: policy };
  for (const [title, of, exitCode, ranSeconds, again] of [
    ["by its policy", container, 1, 60, true],
    ["not before it ran long enough", container, 1, 59, false],
    ["not with an exit code that is ignored", container, 0, 600, false],
    ["not without a policy", { name: "web", image: "shop:1" }, 1, 600, false],
    ["not by a policy that is off", { ...container, restartPolicy: { ...policy, enabled: false } }, 1, 600, false],
    [
      "after 300 seconds where the policy says nothing",
      { ...container, restartPolicy: { enabled: true } },
      0,
      299,
      false,
    ],
  ] as const) {
    it(`is restarted ${title}`, () => {
      expect(isRestarted(of, exitCode, ranSeconds)).to.equal(again);
    });
  }
});
