import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";

const declared = parse(readFileSync("Pulumi.yaml", "utf8")) as {
  config: Record<string, { type?: string; description?: string; default?: unknown }>;
};

describe("the configuration", () => {
  it("declares each key with a type, a description and a default", () => {
    const incomplete = Object.entries(declared.config).filter(([, { type, description }]) => !type || !description);
    expect(incomplete).to.deep.equal([]);
    const without = Object.entries(declared.config).filter(([, key]) => key.default === undefined);
    expect(without).to.deep.equal([]);
  });

  it("is read completely: every declared key is read, and no other", () => {
    const files = ["settings.ts", ...readdirSync("settings").map((file) => `settings/${file}`)];
    const source = files.map((file) => readFileSync(file, "utf8")).join("\n");
    const read = Object.keys(declared.config).filter((key) => source.includes(`"${key}"`));
    expect(read).to.deep.equal(Object.keys(declared.config));
  });

  it("holds for each environment only declared keys and the region", () => {
    for (const stack of ["staging", "production"]) {
      const own = parse(readFileSync(`Pulumi.${stack}.yaml`, "utf8")) as { config: Record<string, unknown> };
      const keys = Object.keys(own.config).filter((key) => key !== "aws:region");
      expect(keys.filter((key) => !(key.replace("compose-ecs-pipeline:", "") in declared.config))).to.deep.equal([]);
    }
  });

  it("has a Compose file for every stack", () => {
    const stacks = readdirSync(".").flatMap((file) => /^Pulumi\.(\w+)\.yaml$/.exec(file)?.[1] ?? []);
    expect(stacks.toSorted()).to.deep.equal(["production", "staging"]);
    expect(stacks.filter((stack) => !readdirSync(".").includes(`docker-compose-${stack}.yml`))).to.deep.equal([]);
  });
});
