import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { ecsKeys, efsKeys } from "../../compose/index.ts";
import { optionSets } from "../engine/option-sets.ts";
import { configText } from "../support/program.ts";

describe("the stacks of the engine tests", () => {
  it("together set every option of Pulumi.yaml to a value other than its default", () => {
    const { config: declared } = read("Pulumi.yaml") as {
      readonly config: Readonly<Record<string, { readonly default?: unknown }>>;
    };
    const set = optionSets
      .flatMap(({ configuration }) => Object.entries(configuration))
      .filter(([key, value]) => configText(value) !== configText(declared[key]?.default))
      .map(([key]) => key);
    expect([...new Set(set)].toSorted()).to.deep.equal(Object.keys(declared).toSorted());
  });

  it("together have every key of x-ecs, and every key inside those", () => {
    const { services, volumes } = read("test/engine/x-ecs.yml") as Extended;
    const said = [...Object.values(services), ...Object.values(volumes)].flatMap(({ "x-ecs": own = {} }) =>
      Object.entries(own),
    );
    const keys = (entries: readonly (readonly [string, unknown])[]) =>
      [...new Set(entries.map(([key]) => key))].toSorted();
    expect(keys(said)).to.deep.equal([...Object.keys(ecsKeys), "efs"].toSorted());
    const below = (of: string) =>
      keys(said.filter(([key]) => key === of).flatMap(([, value]) => Object.entries(value as object)));
    expect(["balancer", "efs", "scaling", "spot"].map(below)).to.deep.equal([
      ["hosts", "paths", "sticky"],
      Object.keys(efsKeys).toSorted(),
      ["cpu_percent", "maximum"],
      ["base", "percent"],
    ]);
  });
});

interface Extended {
  readonly services: Readonly<Record<string, { readonly "x-ecs"?: Readonly<Record<string, unknown>> }>>;
  readonly volumes: Extended["services"];
}

const read = (file: string): unknown => parse(readFileSync(file, "utf8"));
