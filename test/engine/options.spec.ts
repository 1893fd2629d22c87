import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import type { Configuration } from "../../scripts/pulumi/stack.ts";
import { type Engine, parameter, releaseOf, startEngine } from "./engine.ts";
import { extensionFile, optionSets } from "./option-sets.ts";

// test/program/options.spec.ts tells which option of Pulumi.yaml is in none of these stacks.
describe("every option on the real engine", function () {
  this.timeout(120_000);
  let engine: Engine;
  let plain: readonly string[];
  const parameters = ["DATABASE_URL", "SECRET_KEY_BASE"];

  before(async () => {
    engine = await startEngine();
    copyFileSync(fileURLToPath(new URL(extensionFile, import.meta.url)), join(engine.directory, extensionFile));
    await engine.change(parameter("/shared/database", "there"));
    plain = (await firstUp("plain", { sourceRepository: "acme/shop" })).touched;
  });
  after(() => engine.close());

  /** Makes a stack whose file says nothing but what it is given, with staging's Compose file and the parameters there. */
  const firstUp = async (stack: string, configuration: Configuration) => {
    const file = (name: string) => join(engine.directory, name);
    writeFileSync(file(`Pulumi.${stack}.yaml`), "config:\n  aws:region: us-east-1\n");
    copyFileSync(file("docker-compose-staging.yml"), file(`docker-compose-${stack}.yml`));
    for (const variable of parameters)
      for (const app of ["shop", "store"]) await engine.change(parameter(`/${app}/${stack}/${variable}`, "there"));
    return await engine.run("up", stack, { configuration: { parameters, ...configuration } });
  };

  for (const { stack, title, configuration, types } of optionSets) {
    it(`makes ${title} by one up, and leaves it alone after a release`, async () => {
      const { touched, outputs } = await firstUp(stack, configuration);
      const more = touched.filter((type) => !plain.includes(type));
      const less = plain.filter((type) => !touched.includes(type)).map((type) => `no ${type}`);
      expect([...more, ...less].toSorted()).to.deep.equal(types.toSorted());
      for (const service of outputs["serviceNames"] as readonly string[])
        await engine.change(releaseOf(service, "aaaaaaa"));
      // The scaling's bounds, once something runs.
      await engine.run("up", stack);
      expect((await engine.run("up", stack)).touched).to.deep.equal([]);
    });
  }
});
