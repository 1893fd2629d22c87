import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { type Engine, parameter, startEngine } from "./engine.ts";

describe("a project whose Pulumi.yaml declares no keys", function () {
  this.timeout(120_000);
  let engine: Engine;
  let own = "";
  const note =
    "Pulumi.staging.yaml: queueName is not a key, and nothing reads it; remove it, or name it in deliver({ otherKeys })";

  before(async () => {
    engine = await startEngine();
    const project = join(engine.directory, "Pulumi.yaml");
    const [declared = ""] = readFileSync(project, "utf8").split(/^config:$/m);
    writeFileSync(project, declared.replace(/^name: .*$/m, "name: store"));
    const stack = readFileSync(join(engine.directory, "Pulumi.staging.yaml"), "utf8");
    own = `${stack.replaceAll("compose-ecs-pipeline:", "store:")}  store:sourceRepository: acme/store\n`;
    for (const variable of ["DATABASE_URL", "SECRET_KEY_BASE"])
      await engine.change(parameter(`/store/staging/${variable}`, "there"));
  });
  after(() => engine.close());

  const withKeys = (keys: string) => {
    writeFileSync(join(engine.directory, "Pulumi.staging.yaml"), own + keys);
  };

  it("has the defaults of the program and the project's name, and each unknown key is reported once", async () => {
    withKeys("  store:desiredCount: 3\n  store:dashboard: true\n  store:queueName: jobs\n");
    const first = await engine.run("up", "staging");
    expect([first.outputs["pipelineName"], first.outputs["taskCounts"]]).to.deep.equal([
      "store-staging",
      { "store-staging": { least: 3, most: 3 }, "store-staging-worker": { least: 1, most: 1 } },
    ]);
    expect(first.touched).to.include("aws:cloudwatch/dashboard:Dashboard");
    expect(first.diagnostics.filter((line) => line.includes("queueName"))).to.deep.equal([note]);
    const second = await engine.run("up", "staging");
    expect(second.changes).to.include({ create: 0, update: 0, replace: 0, delete: 0 });
  });

  it("gets one line for a value of another type, since Pulumi does not know the types", async () => {
    for (const [keys, line] of [
      ["branches: main", 'branches: "main" is not allowed; set a list of strings'],
      ["sourceRepository: [acme/store]", 'sourceRepository: ["acme/store"] is not allowed; set one text'],
      ["approval: 2", 'approval: "2" is not allowed; set true or false'],
      ["pollSeconds: 1.5", 'pollSeconds: "1.5" is not allowed; set a whole number from 1 to 60'],
      ["brnach: main", "brnach is not a key; write branch, or name it in deliver({ otherKeys })"],
    ] as const) {
      own = own.replace(/^ {2}store:sourceRepository: .*\n/m, "");
      withKeys(
        keys.startsWith("source") ? `  store:${keys}\n` : `  store:sourceRepository: acme/store\n  store:${keys}\n`,
      );
      const failure: unknown = await engine.run("preview", "staging").catch((error: unknown) => error);
      expect(failure instanceof Error ? failure.message : failure).to.equal(`Pulumi.staging.yaml: ${line}`);
    }
  });
});
