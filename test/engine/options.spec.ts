import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";

import type { Configuration } from "../../scripts/pulumi/stack.ts";
import { type Engine, parameter, releaseOf, startEngine } from "./engine.ts";
import { extensionFile, optionSets } from "./option-sets.ts";
import type { Cloud } from "./recording-cloud.ts";

// test/program/options.spec.ts fails when an option of Pulumi.yaml is in none of these stacks.
describe("every option on the real engine", function () {
  this.timeout(120_000);
  let engine: Engine;
  let plain: readonly string[];
  const parameters = ["DATABASE_URL", "SECRET_KEY_BASE"];

  before(async () => {
    engine = await startEngine();
    copyFileSync(fileURLToPath(new URL(extensionFile, import.meta.url)), join(engine.directory, extensionFile));
    await engine.change(parameter("/shared/database", "there"));
    plain = (await first("preview", "plain", { sourceRepository: "acme/shop" })).touched;
  });
  after(() => engine.close());

  /** Runs the first operation of a stack: only the given configuration, staging's Compose file and the needed parameters. */
  const first = async (operation: "up" | "preview", stack: string, configuration: Configuration) => {
    const file = (name: string) => join(engine.directory, name);
    writeFileSync(file(`Pulumi.${stack}.yaml`), "config:\n  aws:region: us-east-1\n");
    copyFileSync(file("docker-compose-staging.yml"), file(`docker-compose-${stack}.yml`));
    for (const variable of parameters)
      for (const app of ["shop", "store"]) await engine.change(parameter(`/${app}/${stack}/${variable}`, "there"));
    return await engine.run(operation, stack, { configuration: { parameters, ...configuration } });
  };

  const nothing = { create: 0, update: 0, replace: 0, delete: 0 };
  /** What the next `up` would change. */
  const next = async (stack: string) => (await engine.run("preview", stack)).changes;

  for (const { stack, title, configuration, types } of optionSets) {
    it(`creates ${title} by one up, and changes nothing after a release`, async () => {
      const { touched, outputs } = await first("up", stack, configuration);
      const more = touched.filter((type) => !plain.includes(type));
      const less = plain.filter((type) => !touched.includes(type)).map((type) => `no ${type}`);
      expect([...more, ...less].toSorted()).to.deep.equal(types.toSorted());
      for (const service of outputs["serviceNames"] as readonly string[])
        await engine.change(releaseOf(service, "aaaaaaa"));
      // The two targets get their minimum, and are no longer suspended.
      const { changes } = await engine.run("up", stack);
      expect(changes).to.include({ ...nothing, update: 2 });
      expect((await engine.run("preview", stack)).touched).to.deep.equal([]);
    });
  }

  it("keeps the target group when a container publishes another port, which the service then registers", async () => {
    const file = join(engine.directory, "docker-compose-staging.yml");
    const before = readFileSync(file, "utf8");
    writeFileSync(file, before.replaceAll("8080", "8081"));
    const steps: string[] = [];
    const onEvent = ({ resourcePreEvent: event }: EngineEvent): void => {
      if (event && event.metadata.op !== "same") steps.push(`${event.metadata.op} ${event.metadata.type}`);
    };
    await engine.run("preview", "made", { onEvent });
    expect(steps.filter((step) => /lb\/|ecs\/service/.test(step))).to.deep.equal(["update aws:ecs/service:Service"]);
    writeFileSync(file, before);
  });

  it("leaves the counts alone at night, when the schedule has every task off, and by day after it", async () => {
    const counts = (desiredCount: number) => (cloud: Cloud) => ({
      ...cloud,
      services: cloud.services.map((service) => ({ ...service, desiredCount })),
    });
    await engine.change(counts(0));
    expect(await next("made")).to.include(nothing);
    await engine.change(counts(1));
    expect(await next("made")).to.include(nothing);
  });
});
