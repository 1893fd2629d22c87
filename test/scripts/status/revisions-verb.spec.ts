import { expect } from "chai";
import { revisionChanges } from "../../../scripts/look/revision-changes.ts";
import type { ContainerView, RevisionView } from "../../../scripts/look/revision-view.ts";
import { commandLine } from "../../support/command-line.ts";
import { repository, rollbackWorld } from "../../support/rollback-world.ts";

const container = (name: string, parts: Partial<ContainerView> = {}): ContainerView => ({
  name,
  image: "r/shop:1",
  environment: {},
  secrets: {},
  template: "t",
  settings: {},
  ...parts,
});
const revision = (containers: readonly ContainerView[], parts: Partial<RevisionView> = {}): RevisionView => ({
  name: "shop:1",
  number: 1,
  active: true,
  registeredAt: undefined,
  cpu: "256",
  memory: "512",
  roles: [],
  containers,
  settings: {},
  ...parts,
});

describe("what differs between two revisions", () => {
  it("is nothing between a revision and itself", () => {
    expect(revisionChanges(revision([container("web")]), revision([container("web")]))).to.deep.equal([]);
  });

  it("is listed by container and key, never with a value", () => {
    const before = revision([
      container("web", {
        environment: { A: "old-a", B: "b", GONE: "x" },
        secrets: { TOKEN: "/old" },
        settings: { cpu: 0, command: ["rails", "server"], healthCheck: { command: ["CMD", "a"] } },
      }),
      container("proxy"),
    ]);
    const after = revision(
      [
        container("web", {
          image: "r/shop:2",
          environment: { A: "new-a", B: "b", NEW: "y" },
          secrets: { TOKEN: "/new", KEY: "/k" },
          template: "other",
          settings: { cpu: 0, healthCheck: { command: ["CMD", "b"] }, user: "1000" },
        }),
        container("worker"),
      ],
      { cpu: "512", memory: "1024", settings: { taskRoleArn: "other" } },
    );
    expect(revisionChanges(before, after)).to.deep.equal([
      "web: r/shop:1 → r/shop:2",
      "web: environment: A changed, GONE removed, NEW added",
      "web: secrets: KEY added, TOKEN changed",
      "web: command removed, healthCheck changed, user added",
      "worker: the container is added, r/shop:1",
      "proxy: the container is removed",
      "CPU units: 256 → 512",
      "memory MiB: 512 → 1024",
      "task: taskRoleArn added",
      "template: a different one",
    ]);
  });
});

describe("npm run release -- revisions", () => {
  const history = {
    "shop-staging": [
      { commit: "latest" },
      { commit: "aaaaaaa" },
      { commit: "ccccccc", active: false },
      { commit: "bbbbbbb", environment: { LOG_LEVEL: "debug" } },
    ],
  };

  it("prints commit, age, images and changes of each, and which ones a rollback cannot go to", async () => {
    const { answers } = rollbackWorld(history, ["aaaaaaa"]);
    expect(await commandLine("revisions --stack staging", { answers })).to.deep.equal({
      code: 0,
      out: [
        "shop-staging:4  bbbbbbb, 1 h ago, runs",
        `  web: ${repository}:bbbbbbb`,
        "  web: environment: LOG_LEVEL added",
        "shop-staging:2  aaaaaaa, 1 h ago, a rollback cannot go to it",
        `  web: ${repository}:aaaaaaa`,
        `  web: ${repository}:aaaaaaa is no longer in ECR`,
        "shop-staging:1, 1 h ago, a rollback cannot go to it",
        `  web: ${repository}:latest`,
        `  web: ${repository}:latest has a tag that moves; no release has run it`,
      ],
      err: [],
      done: ["eu-central-1"],
    });
  });

  it("reads no more of them than --limit allows, and prints them as JSON", async () => {
    const world = rollbackWorld(history);
    const read: string[] = [];
    const DescribeTaskDefinition = (input: { readonly taskDefinition: string }) => {
      read.push(input.taskDefinition);
      return world.answers["DescribeTaskDefinition"]?.(input as never);
    };
    const { out } = await commandLine("revisions --stack staging --service shop-staging --limit 1 --json", {
      answers: { ...world.answers, DescribeTaskDefinition },
    });
    expect([read, out.map((line) => JSON.parse(line) as unknown)]).to.deep.equal([
      ["shop-staging:4", "shop-staging:2"],
      [
        {
          service: "shop-staging",
          name: "shop-staging:4",
          registeredAt: "2026-11-24T11:00:00.000Z",
          commits: ["bbbbbbb"],
          gone: [],
          images: { web: `${repository}:bbbbbbb` },
          current: true,
          changes: [`web: ${repository}:aaaaaaa → ${repository}:bbbbbbb`, "web: environment: LOG_LEVEL added"],
        },
      ],
    ]);
  });

  it("refuses a service that does not exist, and a limit that is not a number from 1 to 100", async () => {
    const { answers } = rollbackWorld(history);
    const service = await commandLine("revisions --stack staging --service mail", { answers });
    const limits = [];
    for (const limit of ["0", "101", "x"]) {
      const { code, err } = await commandLine(`revisions --stack staging --limit ${limit}`, { answers });
      limits.push([code, err[0]]);
    }
    expect([service.code, service.err, limits]).to.deep.equal([
      1,
      ["--service mail: there is no such ECS service; choose from shop-staging"],
      [
        [2, "--limit 0: give a number from 1 to 100"],
        [2, "--limit 101: give a number from 1 to 100"],
        [2, "--limit x: give a number from 1 to 100"],
      ],
    ]);
  });
});
