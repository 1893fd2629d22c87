import { globSync, readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { readSettings } from "../../settings.ts";
import { defaultText, table, type Key } from "../../settings/table.ts";
import { startCloud } from "../support/cloud.ts";
import { configOf, configText } from "../support/program.ts";

const declared = parse(readFileSync("Pulumi.yaml", "utf8")) as {
  config: Record<string, { type?: string; description?: string; default?: unknown }>;
};

/** The default of each key as the program has it where Pulumi.yaml declares none, as in a project with the package. */
const defaults = Object.fromEntries(Object.keys(table).map((key) => [key, defaultText(key as Key)]));

describe("the configuration", () => {
  it("declares each key with a type, a description and a default", () => {
    const incomplete = Object.entries(declared.config).filter(([, { type, description }]) => !type || !description);
    expect(incomplete).to.deep.equal([]);
    const without = Object.entries(declared.config).filter(([, key]) => key.default === undefined);
    expect(without).to.deep.equal([]);
  });

  it("is read completely: every declared key is read, and no other", () => {
    const files = ["settings.ts", ...globSync("settings/*.ts")];
    const source = files.map((file) => readFileSync(file, "utf8")).join("\n");
    const read = Object.keys(declared.config).filter((key) => source.includes(`"${key}"`));
    expect(read).to.deep.equal(Object.keys(declared.config));
  });

  it("is the same without the defaults in Pulumi.yaml, except for the application's name", async () => {
    const own = parse(readFileSync("Pulumi.production.yaml", "utf8")) as { config: Record<string, unknown> };
    const given = Object.entries(own.config).map(([key, value]) => [key, configText(value)] as const);
    const config = {
      ...Object.fromEntries(given),
      "compose-ecs-pipeline:app": "shop",
      "compose-ecs-pipeline:sourceRepository": "acme/shop",
    };
    await startCloud({ stack: "production", config });
    const bare = readSettings();
    await startCloud({ stack: "production", config: configOf("production") });
    expect(bare).to.deep.equal(readSettings());
    expect(Object.keys(declared.config)).to.deep.equal(Object.keys(defaults));
    expect(defaults["app"]).to.equal("");
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
