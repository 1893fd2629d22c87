import { expect } from "chai";
import { taskTemplate } from "../../../components/service/task-template.ts";
import type { Container } from "../../../compose/index.ts";
import { container } from "../../support/task.ts";
import { templateOf, templateArgs, whole, definitionsOf } from "./template-bench.ts";

describe("the template of a task", () => {
  it("includes rarely used Compose keys, and is unchanged without them", () => {
    const plain = container("web");
    const more: Partial<Container> = {
      init: true,
      labels: { team: "shop" },
      restart: { ignoredExitCodes: [0] },
      capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] },
      tmpfs: [
        { path: "/run", sizeMiB: 64, options: [] },
        { path: "/tmp", sizeMiB: 16, options: ["noexec", "mode=1777"] },
      ],
      openFiles: { soft: 1024, hard: 4096 },
      systemControls: { "net.core.somaxconn": "1024" },
      logging: { mode: "non-blocking" },
      interactive: true,
      terminal: true,
    };
    const [before = {}] = definitionsOf(plain);
    const [after = {}] = definitionsOf(container("web", more));
    const added = Object.entries(after).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key]));
    const labels = after["dockerLabels"] as Record<string, string>;
    expect(Object.fromEntries(added)).to.deep.equal({
      linuxParameters: {
        initProcessEnabled: true,
        capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] },
        tmpfs: [
          { containerPath: "/run", size: 64 },
          { containerPath: "/tmp", size: 16, mountOptions: ["noexec", "mode=1777"] },
        ],
      },
      ulimits: [{ name: "nofile", softLimit: 1024, hardLimit: 4096 }],
      restartPolicy: { enabled: true, ignoredExitCodes: [0], restartAttemptPeriod: 300 },
      interactive: true,
      pseudoTerminal: true,
      systemControls: [{ namespace: "net.core.somaxconn", value: "1024" }],
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": "/ecs/shop-staging",
          "awslogs-region": "us-east-1",
          "awslogs-stream-prefix": "shop-staging",
          mode: "non-blocking",
        },
      },
      dockerLabels: {
        team: "shop",
        "compose-ecs-pipeline.compose": '{"size":"00000000"}',
        "compose-ecs-pipeline.template": labels["compose-ecs-pipeline.template"],
      },
    });
    expect(templateOf([plain]).hash).to.equal("1fd5f38862935c0d");
  });

  it("includes which volumes are on EFS and whether containers share processes", () => {
    const efs = { data: { uid: 1000, gid: 1000, permissions: "0755" } };
    const args = templateArgs([whole]);
    const template = taskTemplate({ ...args, task: { ...args.task, efs, sharesProcesses: true } });
    expect([template.efs, template.pidMode, template.hash === templateOf([whole]).hash]).to.deep.equal([
      efs,
      "task",
      false,
    ]);
  });

  it("includes all keys of a Compose service, in ECS's format", () => {
    expect(definitionsOf(whole)).to.deep.equal([
      {
        name: "web",
        essential: true,
        command: ["bin/rails", "server"],
        entryPoint: ["tini", "--"],
        workingDirectory: "/app",
        user: "10001:10001",
        environment: [
          { name: "A", value: "1" },
          { name: "RAILS_ENV", value: "production" },
        ],
        secrets: [
          { name: "DATABASE_URL", valueFrom: "arn:aws:ssm:us-east-1:000000000000:parameter/shop/staging/DATABASE_URL" },
          { name: "TOKEN", valueFrom: "arn:aws:ssm:us-east-1:000000000000:parameter/shared-token" },
        ],
        portMappings: [
          { containerPort: 3000, hostPort: 3000, protocol: "tcp" },
          { containerPort: 3001, hostPort: 3001, protocol: "tcp" },
        ],
        healthCheck: { command: ["CMD", "true"], interval: 5, timeout: 4, retries: 3, startPeriod: 10 },
        dependsOn: [{ containerName: "cache", condition: "HEALTHY" }],
        readonlyRootFilesystem: true,
        linuxParameters: { initProcessEnabled: true },
        stopTimeout: 30,
        cpu: 128,
        memory: 256,
        memoryReservation: 128,
        mountPoints: [{ sourceVolume: "data", containerPath: "/data", readOnly: true }],
        volumesFrom: [],
        systemControls: [],
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "/ecs/shop-staging",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "shop-staging",
          },
        },
        image: "repository/web:1",
        dockerLabels: {
          "compose-ecs-pipeline.compose": '{"size":"00000000"}',
          "compose-ecs-pipeline.template": "e8cebb0a5cb3641a",
        },
      },
    ]);
  });

  it("has nothing else for a service with few keys", () => {
    expect(definitionsOf(container("cache", { image: { reference: "redis:7" } }))).to.deep.equal([
      {
        name: "cache",
        image: "redis:7",
        essential: true,
        environment: [],
        secrets: [],
        portMappings: [],
        dependsOn: [],
        readonlyRootFilesystem: false,
        cpu: 0,
        mountPoints: [],
        volumesFrom: [],
        systemControls: [],
        logConfiguration: {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "/ecs/shop-staging",
            "awslogs-region": "us-east-1",
            "awslogs-stream-prefix": "shop-staging",
          },
        },
        dockerLabels: {
          "compose-ecs-pipeline.compose": '{"size":"00000000"}',
          "compose-ecs-pipeline.template": "994510fe902840f8",
        },
      },
    ]);
  });
});
