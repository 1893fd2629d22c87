import { expect } from "chai";
import { containerDefinitions, taskTemplate } from "../../../components/service/task-template.ts";
import type { Container } from "../../../compose/index.ts";
import { staging } from "../../support/names.ts";
import { container } from "../../support/task.ts";

const templateOf = (containers: readonly Container[], connected = false) =>
  taskTemplate(templateArgs(containers, connected));

function templateArgs(containers: readonly Container[], connected = false) {
  const parameterNames = { DATABASE_URL: "/shop/staging/DATABASE_URL", TOKEN: "shared-token" };
  const size = { cpu: 256, memoryMiB: 512 };
  const family = "shop-staging";
  return { names: staging, family, task: { containers, volumes: ["data"], size, connected }, parameterNames };
}

/** A container with everything a Compose service can say. */
const whole = container("web", {
  command: ["bin/rails", "server"],
  entryPoint: ["tini", "--"],
  workingDirectory: "/app",
  user: "10001:10001",
  environment: { RAILS_ENV: "production", A: "1" },
  secrets: { TOKEN: "TOKEN", DATABASE_URL: "DATABASE_URL" },
  ports: [3000, 3001],
  healthCheck: { command: ["CMD", "true"], intervalSeconds: 5, timeoutSeconds: 4, retries: 3, startPeriodSeconds: 10 },
  dependsOn: [{ container: "cache", condition: "HEALTHY" }],
  readOnlyRoot: true,
  init: true,
  stopTimeoutSeconds: 30,
  cpu: 128,
  memoryMiB: 256,
  memoryReservationMiB: 128,
  mounts: [{ volume: "data", path: "/data", readOnly: true }],
});

const definitionsOf = (...containers: readonly Container[]) =>
  containerDefinitions(templateOf(containers), ({ name }) => `repository/${name}:1`);

describe("the template of a task", () => {
  it("is a different one on arm64, and unchanged on x86_64", () => {
    const { hash } = templateOf([whole]);
    const on = (architecture: "x86_64" | "arm64") => {
      const size = { cpu: 256, memoryMiB: 512 };
      const parameterNames = { DATABASE_URL: "/shop/staging/DATABASE_URL", TOKEN: "shared-token" };
      const task = { containers: [whole], volumes: ["data"], size, connected: false };
      return taskTemplate({ names: staging, family: "shop-staging", task, parameterNames, architecture });
    };
    const [x86, arm] = [on("x86_64"), on("arm64")];
    expect([x86.cpuArchitecture, x86.hash === hash, arm.cpuArchitecture, arm.hash === hash]).to.deep.equal([
      undefined,
      true,
      "ARM64",
      false,
    ]);
  });

  it("lets only containers end that others wait for", () => {
    const waits = container("web", {
      dependsOn: [
        { container: "prepare", condition: "SUCCESS" },
        { container: "cache", condition: "HEALTHY" },
      ],
    });
    const definitions = definitionsOf(waits, container("cache"), container("prepare"));
    expect(definitions.map((definition) => [definition["name"], definition["essential"]])).to.deep.equal([
      ["web", true],
      ["cache", true],
      ["prepare", false],
    ]);
  });

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

  const same: readonly (readonly [string, Partial<Container>])[] = [
    ["the order of the environment", { environment: { A: "1", RAILS_ENV: "production" } }],
    ["the order of the secrets", { secrets: { DATABASE_URL: "DATABASE_URL", TOKEN: "TOKEN" } }],
  ];
  for (const [title, change] of same) {
    it(`keeps its hash whatever ${title}`, () => {
      expect(templateOf([{ ...whole, ...change }]).hash).to.equal(templateOf([whole]).hash);
    });
  }

  const different: readonly (readonly [string, Partial<Container>])[] = [
    ["environment", { environment: { RAILS_ENV: "production", A: "2" } }],
    ["command", { command: ["bin/rails", "console"] }],
    ["health check", { healthCheck: undefined }],
    ["memory", { memoryMiB: 512 }],
    ["secrets", { secrets: { TOKEN: "TOKEN" } }],
    ["image, where it is configuration", { image: { reference: "redis:8" } }],
    ["Compose part", { fingerprint: { size: "11111111" } }],
  ];
  for (const [title, change] of different) {
    it(`has another hash with another ${title}`, () => {
      expect(templateOf([{ ...whole, ...change }]).hash).not.to.equal(templateOf([whole]).hash);
    });
  }

  it("has another hash with an additional container", () => {
    expect(templateOf([whole, container("worker")]).hash).not.to.equal(templateOf([whole]).hash);
  });

  it("names the ports, in lower case, if other ECS services reach them, and then has another hash", () => {
    const named = { ...whole, name: "Web_1" };
    const [definition] = containerDefinitions(templateOf([named], true), () => "image");
    expect(definition?.["portMappings"]).to.deep.equal([
      { containerPort: 3000, hostPort: 3000, protocol: "tcp", name: "web_1-3000" },
      { containerPort: 3001, hostPort: 3001, protocol: "tcp", name: "web_1-3001" },
    ]);
    expect(templateOf([named], true).hash).not.to.equal(templateOf([named]).hash);
  });

  it("holds the versions of the parameters that a container reads, if they are given, by environment variable", () => {
    const other = container("cache", {});
    const told = (DATABASE_URL: number) => ({
      ...templateArgs([{ ...whole, secrets: { URL: "DATABASE_URL", TOKEN: "TOKEN" } }, other]),
      parameterVersions: { DATABASE_URL, TOKEN: 2, UNREAD: 9 },
    });
    const labels = containerDefinitions(taskTemplate(told(3)), () => "image").map(
      ({ dockerLabels }) => (dockerLabels as Record<string, string>)["compose-ecs-pipeline.parameters"],
    );
    expect(labels).to.deep.equal(['{"TOKEN":2,"URL":3}', undefined]);
    expect(taskTemplate(told(4)).hash).not.to.equal(taskTemplate(told(3)).hash);
  });

  it("adds further labels to its own", () => {
    const [first] = containerDefinitions(templateOf([whole]), () => "image", {
      "compose-ecs-pipeline.follows": "ecs-svc/1",
    });
    expect(Object.keys(first?.["dockerLabels"] as object)).to.deep.equal([
      "compose-ecs-pipeline.follows",
      "compose-ecs-pipeline.compose",
      "compose-ecs-pipeline.template",
    ]);
  });
});
