import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { type Engine, releaseOf, startEngine } from "./engine.ts";
import { runningRevision } from "./recording-cloud.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));

// The programs of examples/components/ know one component each, AWS and Pulumi, and nothing else of this project.
describe("a component that is used alone", function () {
  this.timeout(120_000);

  /** Runs a program of examples/components/ on an engine of its own; `change` edits the program, for the next runs. */
  const on = async (example: string, act: (engine: Engine, change: Change) => Promise<void>) => {
    const folder = join(repository, "examples/components", example);
    const program = readFileSync(join(folder, "index.ts"), "utf8").replace("../../..", repository);
    const engine = await startEngine((project) => {
      copyFileSync(join(folder, "Pulumi.yaml"), join(project, "Pulumi.yaml"));
      writeFileSync(join(project, "Pulumi.alone.yaml"), "config: {}\n");
      writeFileSync(join(project, "index.ts"), program);
      for (const file of ["node_modules", "package.json"]) symlinkSync(join(repository, file), join(project, file));
    });
    try {
      await act(engine, (from, to) => {
        if (!program.includes(from)) throw new Error(`${example}: the program has no ${from}`);
        writeFileSync(join(engine.directory, "index.ts"), program.replace(from, to));
      });
    } finally {
      await engine.close();
    }
  };
  const configuration = { "example-parameter-store:databaseUrl": { secret: "postgres://database" } };
  const unchanged = (made: number) => ({ create: 0, same: made, update: 0, replace: 0, delete: 0 });

  for (const [example, output, more] of [
    [
      "parameter-store",
      {
        names: {
          DATABASE_URL: "/shop/production/DATABASE_URL",
          LICENCE: "/shared/licence",
          LOG_LEVEL: "/shop/production/LOG_LEVEL",
        },
      },
      { configuration },
    ],
    ["build-project", { projectName: "shop-build" }, {}],
    ["pipeline", { pipelineName: "shop" }, {}],
  ] as const) {
    it(`${example} is created by one up, and the next ones change nothing, also after a refresh`, () =>
      on(example, async (engine) => {
        const first = await engine.run("up", "alone", more);
        expect(first.outputs).to.deep.equal(output);
        const made = first.changes.create + first.changes.same;
        expect(made).to.be.greaterThan(3);
        expect((await engine.run("up", "alone")).changes).to.deep.equal(unchanged(made));
        expect((await engine.run("up", "alone", { refresh: true })).changes).to.deep.equal(unchanged(made));
      }));
  }

  it("ecs-service leaves a released image alone, rolls a changed definition with that image, and is refused while ECS deploys it", () =>
    on("ecs-service", async (engine, change) => {
      const first = await engine.run("up", "alone");
      expect(first.outputs).to.deep.equal({ serviceName: "shop" });
      const made = first.changes.create + first.changes.same;
      await engine.change(releaseOf("shop", "abcdef0"));
      expect((await engine.run("up", "alone")).changes).to.deep.equal(unchanged(made));
      await engine.run("refresh", "alone");
      expect((await engine.run("up", "alone")).changes).to.deep.equal(unchanged(made));
      change("memoryMiB: 512", "memoryMiB: 1024");
      expect((await engine.run("up", "alone")).ecs).to.deep.equal({ same: 1, replaced: 1, updated: 1 });
      const { revision, containers } = runningRevision(await engine.cloud(), "shop");
      expect([revision, containers.map(({ image }) => image.split("/").at(-1))]).to.deep.equal([3, ["shop:abcdef0"]]);
      await engine.change((cloud) => ({
        ...cloud,
        services: cloud.services.map((service) => ({ ...service, deployments: ["ecs-svc/2", "ecs-svc/1"] })),
      }));
      const failure: unknown = await engine.run("up", "alone").catch((error: unknown) => error);
      expect((failure as Error).message).to.equal(
        "shop: a deployment is in progress; run `pulumi up` again when it has ended (nothing was changed)",
      );
    }));
});

type Change = (from: string, to: string) => void;
