import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import type { CheckReport } from "../../scripts/compose/check-report.ts";
import { filesImage } from "../../compose/index.ts";
import { run } from "../../scripts/compose/cli.ts";

const root = resolve(import.meta.dirname, "../..");
const samples = readdirSync(join(root, "examples"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !["ci", "components", "testing"].includes(entry.name))
  .map(({ name }) => name);

/** What `npm run compose -- check --stack staging --json` says where a sample's files are at the root. */
function checked(sample: string): unknown {
  const out: string[] = [];
  const readFile = (path: string): string | undefined =>
    [join(root, "examples", sample, path), join(root, path)]
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, "utf8"))[0];
  const exists = (path: string) => existsSync(join(root, "examples", sample, path)) || existsSync(join(root, path));
  const say = (line: string) => out.push(line);
  run(["check", "--stack", "staging", "--json"], {
    say,
    warn: say,
    readFile,
    exists,
    projectDirectory: () => "",
    columns: 80,
  });
  return JSON.parse(out.join("\n"));
}

const least = { cpu: 256, memoryMiB: 512 };
const plain = { ports: [], environment: [], secrets: {}, volumes: {} };
const built = (image: string) => ({ image: { repository: `shop/staging/${image}` } });
const secret = (name: string) => ({ [name]: `/shop/staging/${name}` });

/** What a container has that reads the secret in a file, and the container that writes it. */
const reading = (name: string) => ({
  files: { "/run/secrets/database_url": { kind: "secret" as const, name: "database_url" } },
  volumes: { "/run/secrets": { name: `${name}-files`, efs: false } },
});
const writing = (name: string, line: number) => ({
  ...plain,
  name: `${name}-files`,
  image: { reference: filesImage },
  volumes: reading(name).volumes,
  secrets: { PART_1: "/shop/staging/DATABASE_URL" },
  added: { for: name, places: [{ file: "docker-compose-staging.yml", line, column: 15 }] },
});

/** What is the same of every sample. */
const common = {
  problems: [],
  environment: "staging",
  files: ["docker-compose-staging.yml"],
  architecture: "x86_64",
  release: [],
  tests: [],
  people: [],
  policy: [],
  ignored: [],
  notes: [],
};

const expected: Readonly<Record<string, Partial<CheckReport>>> = {
  "go-arm64": {
    architecture: "arm64",
    services: [
      {
        name: "shop-staging",
        size: least,
        count: 2,
        entry: { container: "web", port: 8080 },
        containers: [{ ...plain, ...built("web"), name: "web", cpu: 256, memoryMiB: 128, ports: [8080] }],
      },
    ],
  },
  "node-sidecar": {
    services: [
      {
        name: "shop-staging",
        size: least,
        count: 1,
        entry: { container: "web", port: 3000 },
        containers: [
          { ...plain, ...built("cache"), name: "cache", cpu: 51, memoryMiB: 128, ports: [11211] },
          {
            ...plain,
            ...built("web"),
            name: "web",
            cpu: 205,
            memoryMiB: 384,
            ports: [3000],
            environment: ["CACHE_HOST", "GREETING"],
          },
        ],
      },
    ],
  },
  "python-worker": {
    services: [
      {
        name: "shop-staging",
        size: least,
        count: 1,
        containers: [
          {
            ...plain,
            ...built("worker"),
            ...reading("worker"),
            name: "worker",
            cpu: 256,
            memoryMiB: 128,
            tmpfs: { "/tmp": 16 },
          },
          writing("worker", 7),
        ],
      },
    ],
    release: [
      {
        family: "shop-staging-migrate",
        size: least,
        container: {
          ...plain,
          ...built("worker"),
          ...reading("migrate"),
          name: "migrate",
          cpu: 256,
          memoryMiB: 128,
        },
        writer: writing("migrate", 27),
      },
    ],
  },
  "rails-sidekiq": {
    services: [
      {
        name: "shop-staging",
        size: least,
        count: 2,
        entry: { container: "nginx", port: 8080 },
        containers: [{ ...plain, ...built("nginx"), name: "nginx", cpu: 256, memoryMiB: 64, ports: [8080] }],
      },
      {
        name: "shop-staging-redis",
        size: least,
        count: 1,
        containers: [{ ...plain, ...built("redis"), name: "redis", cpu: 256, memoryMiB: 256, ports: [6379] }],
      },
      {
        name: "shop-staging-sidekiq",
        size: least,
        count: 1,
        maximumCount: 4,
        containers: [
          {
            ...plain,
            ...built("rails"),
            name: "sidekiq",
            cpu: 256,
            memoryMiB: 384,
            environment: ["APP_HOSTS", "REDIS_URL"],
            secrets: secret("SECRET_KEY_BASE"),
          },
        ],
      },
      {
        name: "shop-staging-web",
        // 384 MiB for the container and 64 for the proxy of Service Connect.
        size: least,
        count: 1,
        containers: [
          {
            ...plain,
            ...built("rails"),
            name: "web",
            cpu: 256,
            memoryMiB: 384,
            ports: [3000],
            environment: ["APP_HOSTS", "REDIS_URL"],
            secrets: secret("SECRET_KEY_BASE"),
          },
        ],
      },
    ],
  },
};

describe("the samples", () => {
  it("are exactly those that are checked here and rehearsed", () => {
    const rehearsed = readFileSync(join(root, "test/rehearsal/examples.spec.ts"), "utf8");
    const named = [...rehearsed.matchAll(/released\("examples\/([\w-]+)"\)/g)].map(([, name]) => name).toSorted();
    expect([samples, named]).to.deep.equal([Object.keys(expected), Object.keys(expected)]);
  });

  for (const sample of samples) {
    it(`${sample} is translated as its README says`, () => {
      expect(checked(sample)).to.deep.equal({ ...common, ...expected[sample] });
    });

    it(`${sample} explains in at most 30 lines how to adapt it`, () => {
      const readme = readFileSync(join(root, "examples", sample, "README.md"), "utf8")
        .trimEnd()
        .split("\n");
      const parts = readdirSync(join(root, "examples", sample)).filter((name) => name !== "README.md");
      expect(parts).to.deep.equal(["Pulumi.staging.yaml", "app", "docker-compose-staging.yml"]);
      expect(readme.join(" ")).to.include("opy `app/` and `docker-compose-staging.yml` into a repository of your own");
      expect(readme.length).to.be.at.most(30);
    });
  }
});
