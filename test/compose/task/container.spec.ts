import { expect } from "chai";
import { describe, it } from "mocha";
import type { Container } from "../../../compose/index.ts";
import { taskOf } from "../support.ts";

/** The container of service `web` with these lines, without what every container has. */
function web(lines: string): Partial<Container> {
  const task = taskOf(
    `services:\n  web:\n    image: web:1\n${lines.replace(/^/gm, "    ")}\nvolumes: {tmp: , log: {}}\n`,
  );
  const [container] = task.containers;
  return Object.fromEntries(
    Object.entries(container ?? {}).filter(([key, value]) => key !== "fingerprint" && !same(value, bare[key])),
  );
}

const bare: Readonly<Record<string, unknown>> = {
  name: "web",
  image: { reference: "web:1" },
  environment: {},
  secrets: {},
  ports: [],
  dependsOn: [],
  readOnlyRoot: false,
  init: false,
  mounts: [],
  size: { cpu: 256, memoryMiB: 512 },
};

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

describe("a Compose service", () => {
  const health = { intervalSeconds: 30, timeoutSeconds: 30, retries: 3, startPeriodSeconds: 0 };
  const keys: readonly (readonly [string, Partial<Container>])[] = [
    ["", {}],
    ["command: bundle exec 'rails s'", { command: ["bundle", "exec", "rails s"] }],
    ["command: [sh, -c, 'serve $$HOME', '3']", { command: ["sh", "-c", "serve $HOME", "3"] }],
    ["command:\nentrypoint: tini --", { entryPoint: ["tini", "--"] }],
    ["working_dir: /app\nuser: 1000:1000", { workingDirectory: "/app", user: "1000:1000" }],
    ["user: '1000'", { user: "1000" }],
    ["read_only: true\ninit: ${NONE:-true}", { readOnlyRoot: true, init: true }],
    ["stop_grace_period: 1m30s", { stopTimeoutSeconds: 90 }],
    [
      "environment: {B: 1, A: text, D: '', E: true, F: 'x=${LOG_LEVEL}', LOG_LEVEL: , S: '${DATABASE_URL:-x}', DATABASE_URL: }",
      {
        environment: { A: "text", B: "1", D: "", E: "true", F: "x=info", LOG_LEVEL: "info" },
        secrets: { DATABASE_URL: "DATABASE_URL", S: "DATABASE_URL" },
      },
    ],
    [
      "environment: [B=1, A=text=more, D=, LOG_LEVEL, 'S=${DATABASE_URL:?x}', DATABASE_URL]",
      {
        environment: { A: "text=more", B: "1", D: "", LOG_LEVEL: "info" },
        secrets: { DATABASE_URL: "DATABASE_URL", S: "DATABASE_URL" },
      },
    ],
    ["ports: ['127.0.0.1:8080:3000/tcp']\nexpose: [9394, '3000']", { ports: [3000, 9394] }],
    ["ports: [{target: 3000, published: '80', protocol: tcp, mode: ingress}]", { ports: [3000] }],
    ["ports: [3000]", { ports: [3000] }],
    [
      "healthcheck: {test: curl -f localhost}",
      { healthCheck: { command: ["CMD-SHELL", "curl -f localhost"], ...health } },
    ],
    [
      "healthcheck: {test: [CMD, curl, -f], interval: 5s, timeout: 2s, retries: 10, start_period: 5m}",
      {
        healthCheck: {
          command: ["CMD", "curl", "-f"],
          intervalSeconds: 5,
          timeoutSeconds: 2,
          retries: 10,
          startPeriodSeconds: 300,
        },
      },
    ],
    ["tmpfs: /run:size=64m", { tmpfs: [{ path: "/run", sizeMiB: 64, options: [] }] }],
    [
      "tmpfs: ['/tmp:noexec,size=1g,mode=1777,uid=1000', '/run:size=2097152,size=65536k']\nmem_limit: 2g",
      {
        memoryMiB: 2048,
        size: { cpu: 256, memoryMiB: 2048 },
        tmpfs: [
          { path: "/run", sizeMiB: 64, options: [] },
          { path: "/tmp", sizeMiB: 1024, options: ["noexec", "mode=1777", "uid=1000"] },
        ],
      },
    ],
    [
      "tmpfs: ['/run:size=1m']\nvolumes: [{type: tmpfs, target: /cache, read_only: true, tmpfs: {size: 16m, mode: 0700}}, 'tmp:/tmp']",
      {
        mounts: [{ volume: "tmp", path: "/tmp", readOnly: false }],
        tmpfs: [
          { path: "/cache", sizeMiB: 16, options: ["ro", "mode=700"] },
          { path: "/run", sizeMiB: 1, options: [] },
        ],
      },
    ],
    ["labels: {team: shop, b: }", { labels: { b: "", team: "shop" } }],
    ["labels: [team=shop]", { labels: { team: "shop" } }],
    ["restart: always", { restart: { ignoredExitCodes: [] } }],
    ["restart: unless-stopped", { restart: { ignoredExitCodes: [] } }],
    ["restart: on-failure", { restart: { ignoredExitCodes: [0] } }],
    ["restart: 'no'", {}],
    ["deploy: {restart_policy: {condition: none}}", {}],
    ["deploy: {restart_policy: {window: 2m}}", { restart: { ignoredExitCodes: [], attemptPeriodSeconds: 120 } }],
    [
      "cap_drop: [all, CAP_NET_RAW]\ncap_add: [sys_ptrace]",
      { capabilities: { add: ["SYS_PTRACE"], drop: ["ALL", "NET_RAW"] } },
    ],
    ["ulimits: {nofile: 1024}", { openFiles: { soft: 1024, hard: 1024 } }],
    ["ulimits: {nofile: {soft: 1024, hard: 4096}}", { openFiles: { soft: 1024, hard: 4096 } }],
    ["sysctls: {net.core.somaxconn: 1024}", { systemControls: { "net.core.somaxconn": "1024" } }],
    ["sysctls: [kernel.shmmax=1]", { systemControls: { "kernel.shmmax": "1" } }],
    [
      "logging: {driver: awslogs, options: {mode: non-blocking, max-buffer-size: 25m}}",
      { logging: { "max-buffer-size": "25m", mode: "non-blocking" } },
    ],
    ["platform: linux/arm64/v8", { processor: "arm64" }],
    ["stdin_open: true\ntty: true", { interactive: true, terminal: true }],
    ["stdin_open: false\ntty: false", {}],
    ["mem_reservation: 256m", { memoryReservationMiB: 256 }],
    ["pull_policy: always\ncontainer_name: xx\nattach: false\nnetworks: [default]", {}],
    ["healthcheck: {disable: true}", {}],
    ["healthcheck: {test: [NONE]}", {}],
    ["cpus: 0.5\nmem_limit: 1.5g", { cpu: 512, memoryMiB: 1536, size: { cpu: 512, memoryMiB: 2048 } }],
    [
      "deploy: {resources: {limits: {cpus: '2', memory: 512m}, reservations: {cpus: '1', memory: 256m}}}",
      { cpu: 2048, memoryMiB: 512, memoryReservationMiB: 256, size: { cpu: 2048, memoryMiB: 4096 } },
    ],
    [
      "deploy: {resources: {reservations: {cpus: '1', memory: 3g}}}",
      { cpu: 1024, memoryReservationMiB: 3072, size: { cpu: 1024, memoryMiB: 3072 } },
    ],
    ["mem_limit: 512m\ndeploy: {resources: {reservations: {memory: 512m}}}", { memoryMiB: 512 }],
    [
      "volumes: ['tmp:/tmp', 'log:/log:ro', {type: volume, source: tmp, target: /b, read_only: true}]",
      {
        mounts: [
          { volume: "tmp", path: "/b", readOnly: true },
          { volume: "log", path: "/log", readOnly: true },
          { volume: "tmp", path: "/tmp", readOnly: false },
        ],
      },
    ],
  ];
  for (const [lines, translated] of keys) {
    it(`becomes a container: ${lines.replaceAll("\n", ", ") || "an image alone"}`, () => {
      expect(web(lines)).to.deep.equal(translated);
    });
  }
});
