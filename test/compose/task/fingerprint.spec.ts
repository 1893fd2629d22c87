import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { stringify } from "yaml";
import { changedKeys, support, type Application, type Fingerprint } from "../../../compose/index.ts";
import { applicationOf, services, taskOf } from "../support.ts";

function fingerprints({ services: tasks, release }: Application): Readonly<Record<string, Fingerprint>> {
  const containers = tasks.flatMap((task) => task.containers);
  return Object.fromEntries([...containers, ...release].map(({ name, fingerprint }) => [name, fingerprint]));
}

/** The differences between two Compose texts. */
function changes(from: string, to: string): readonly string[] {
  return changedKeys(fingerprints(services(to)), fingerprints(services(from)));
}

/** A mapping with its keys, at every depth, in the order that `pick` gives them. */
function shuffled(value: unknown, pick: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, pick));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => ({ key, inner: shuffled(inner, pick), at: pick() }));
  return Object.fromEntries(entries.toSorted((a, b) => a.at - b.at).map(({ key, inner }) => [key, inner]));
}

const whole = {
  services: {
    web: {
      image: "x/web",
      build: { context: ".", target: "run" },
      command: ["a", "b"],
      environment: { A: "1", B: "two", URL: "${DATABASE_URL}" },
      healthcheck: { test: ["CMD", "x"], interval: "10s", retries: 2 },
      depends_on: { cache: { condition: "service_started" }, log: { condition: "service_started" } },
      deploy: {
        replicas: 2,
        resources: { limits: { cpus: "0.5", memory: "512m" }, reservations: { memory: "256m" } },
        restart_policy: { condition: "on-failure", window: "2m" },
        update_config: { order: "start-first", parallelism: 1, failure_action: "rollback" },
      },
      labels: { team: "shop", tier: "front" },
      logging: { driver: "awslogs", options: { mode: "non-blocking", "max-buffer-size": "25m" } },
      ulimits: { nofile: { soft: 1024, hard: 4096 } },
      sysctls: { "net.core.somaxconn": "1024", "kernel.shmmax": "1" },
      cap_add: ["SYS_PTRACE"],
      cap_drop: ["CHOWN", "ALL"],
      tty: true,
      "x-ecs": {
        balancer: { sticky: "1h" },
        health_check_grace: "2m",
        spot: { percent: 50, base: 1 },
        policy: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::b/*"] }],
      },
      ports: ["80:3000"],
    },
    cache: {
      image: "cache:1",
      expose: [6379],
      volumes: [{ type: "volume", source: "data", target: "/data" }],
      restart: "always",
    },
    log: { image: "log:1", read_only: true, init: true, platform: "linux/amd64", pid: "service:cache" },
    migrate: { image: "x/web", profiles: ["release"], command: ["m"] },
  },
  volumes: { data: { "x-ecs": { efs: { user: "1:2", permissions: "700" } } } },
};

describe("a fingerprint", () => {
  it("does not know the order of keys, comments or anchors", () => {
    const plain = fingerprints(applicationOf(stringify(whole)));
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1 }), fc.string({ unit: "grapheme-ascii" }), (numbers, comment) => {
        let at = 0;
        const order = shuffled(whole, () => numbers[at++ % numbers.length] ?? 0);
        const text = `# ${comment}\n${stringify(order)}`.replaceAll("\n", () => ` # ${comment}\n`);
        expect(fingerprints(applicationOf(text))).to.deep.equal(plain);
      }),
      { numRuns: 30 },
    );
    const anchored = stringify(whole)
      .replace("image: x/web", "image: &image x/web")
      .replace(/image: x\/web/, "image: *image");
    expect(anchored).to.contain("*image");
    expect(fingerprints(applicationOf(anchored))).to.deep.equal(plain);
  });

  it("has sorted keys, and is the same for each form of a value", () => {
    const [web] = taskOf(stringify(whole)).containers.filter(({ name }) => name === "web");
    expect(Object.keys(web?.fingerprint ?? {})).to.deep.equal(
      [
        "cap_add",
        "cap_drop",
        "command",
        "cpus",
        "depends_on",
        "deploy",
        "environment",
        "healthcheck",
        "labels",
        "logging",
      ].concat(
        ["mem_limit", "mem_reservation", "pid", "ports", "restart", "size", "sysctls", "tty", "ulimits"],
        ["volumes of the task", "x-ecs"],
      ),
    );
    const one =
      "  a: {image: x, command: a b, environment: {A: 1}, mem_limit: 1g, stop_grace_period: 60s, tmpfs: '/t:size=64m,mode=700'}\n";
    const other =
      "  a: {image: 'x:latest', command: [a, b], environment: [A=1], mem_limit: 1024m, stop_grace_period: 1m, volumes: [{type: tmpfs, target: /t, tmpfs: {size: 65536k, mode: 0700}}]}\n";
    expect(changes(one, other)).to.deep.equal([]);
  });

  const before = "  web: {image: x/web, build: ., ports: [3000]}\n  cache: {image: 'cache:1'}\n";
  const edits: readonly (readonly [string, string, string, readonly string[]])[] = [
    ["nothing", "", "", []],
    ["the build", "build: .", "build: {context: ., target: x}", []],
    ["the name of a built image", "x/web", "x/app", []],
    ["an image that is not built", "cache:1", "cache:2", ["cache: image"]],
    [
      "a command and an environment",
      "build: .",
      "build: ., command: x, environment: {A: 1}",
      ["web: command, environment"],
    ],
    ["a parameter's name", "build: .", "build: ., environment: {A: '${DATABASE_URL}'}", ["web: environment"]],
    ["a published port into an exposed one", "ports", "expose", ["web: ports"]],
    ["what x-ecs asks for", "build: .", "build: ., x-ecs: {spot: {percent: 50}}", ["web: x-ecs"]],
    [
      "what containers may do on AWS",
      "build: .",
      "build: ., x-ecs: {policy: [{actions: ['s3:GetObject'], resources: ['*']}]}",
      ["web: x-ecs"],
    ],
    ["how tasks are exchanged", "build: .", "build: ., deploy: {update_config: {parallelism: 1}}", ["web: deploy"]],
    ["who sees whose processes", "build: .", "build: ., pid: 'service:cache'", ["cache: pid", "web: depends_on, pid"]],
    ["the count", "build: .", "build: ., deploy: {replicas: 2}", ["web: deploy"]],
    ["a limit, and with it the size of the task", "build: .", "build: ., cpus: 1", ["cache: size", "web: cpus, size"]],
    ["an added service", "  cache", "  worker: {image: w}\n  cache", ["worker: added"]],
    ["a removed service", "  cache: {image: 'cache:1'}\n", "", ["cache: removed"]],
    [
      "an added release service",
      "  cache",
      "  migrate: {image: x/web, profiles: [release]}\n  cache",
      ["migrate: added"],
    ],
  ];
  for (const [title, from, to, expected] of edits) {
    it(`shows ${title}`, () => {
      expect(before).to.contain(from);
      expect(changes(before, before.replace(from, to))).to.deep.equal(expected);
    });
  }

  it("changes with every key that is translated, except those that only build or choose", () => {
    const values: Readonly<Record<string, string>> = {
      build: ".",
      cap_add: "[SYS_PTRACE]",
      cap_drop: "[ALL]",
      command: "x",
      configs: "[{source: text, target: /etc/app/text}]",
      cpus: "1",
      depends_on: "[b]",
      deploy: "{replicas: 2}",
      entrypoint: "x",
      env_file: "shop.env",
      environment: "{A: 1}",
      expose: "[1]",
      extends: "b",
      healthcheck: "{test: x}",
      image: "y",
      init: "true",
      labels: "{a: b}",
      logging: "{driver: awslogs, options: {mode: non-blocking}}",
      mem_limit: "1g",
      mem_reservation: "512m",
      pid: "'service:b'",
      platform: "linux/arm64",
      ports: "[1]",
      profiles: "[release]",
      read_only: "true",
      restart: "always",
      scale: "2",
      secrets: "[token]",
      stdin_open: "true",
      stop_grace_period: "2s",
      sysctls: "{net.core.somaxconn: 1}",
      tmpfs: "'/run:size=1m'",
      tty: "true",
      ulimits: "{nofile: 1024}",
      user: "u",
      volumes: "['vol:/v']",
      working_dir: "/w",
    };
    const translated = Object.entries(support).flatMap(([key, value]) => (value === "translated" ? [key] : []));
    expect(Object.keys(values)).to.deep.equal(translated);
    const file = (line: string): string =>
      `services:\n  a:\n    ${line}\n  b: {image: b, init: true}\n  c: {image: c, ports: [2]}\nvolumes: {vol: }\nsecrets: {token: {environment: DATABASE_URL}}\nconfigs: {text: {content: a}}\n`;
    const silent = translated.filter((key) => {
      const image = ["image", "build"].includes(key) ? "" : "\n    image: x";
      // A published port and a count need the service to be the only one that decides.
      const own = ["ports", "deploy", "scale"].includes(key)
        ? file(`${key}: ${values[key] ?? ""}${image}`)
            .replace(", ports: [2]", "")
            .replace(/ {2}[bc].*\n/g, "")
        : file(`${key}: ${values[key] ?? ""}${image}`);
      const bare = own.replace(/ {4}.*\n( {4}image: x\n)?/, "    image: x\n");
      const changed = changedKeys(fingerprints(applicationOf(own)), fingerprints(applicationOf(bare)));
      return !changed.some((line) => line.startsWith("a:"));
    });
    // `profiles` moves the container from the task to a separate family; a build compares those separately.
    expect(silent).to.deep.equal(["profiles"]);
  });

  it("that is missing where the container runs is a difference", () => {
    expect(changedKeys({ web: {} }, { web: undefined })).to.deep.equal([
      "web: carries no label compose-ecs-pipeline.compose",
    ]);
  });
});
