import { expect } from "chai";
import { declaredIn } from "../../../scripts/pulumi/declared-parameters.ts";
import { completeConfiguration, projectConfiguration } from "../../../scripts/pulumi/project-configuration.ts";

describe("the configuration in a project's file", () => {
  // `pulumi config --json` (3.259) shows the same of such a file.
  it("is defaults and values, also if a key stands there with its value alone", () => {
    const config = {
      a: { type: "string", default: "1" },
      b: { value: ["x"] },
      c: 3,
      d: { type: "string" },
      e: null,
      "aws:region": "us-east-1",
      "aws:profile": { value: "me" },
    };
    expect(projectConfiguration({ name: "shop", config })).to.deep.equal({
      "shop:a": "1",
      "shop:b": ["x"],
      "shop:c": 3,
      "aws:region": "us-east-1",
      "aws:profile": "me",
    });
    expect(projectConfiguration({ name: "shop" })).to.deep.equal({});
  });

  it("stands over the defaults of the program, and under the stack's file", () => {
    const keys = ["app", "databaseVariable", "cacheVariable", "cacheEngine", "deployParameterChanges"];
    const of = (config: object, own: object) => {
      const found = completeConfiguration({ name: "shop", config }, { ...own });
      return keys.map((key) => found[`shop:${key}`]);
    };
    expect([
      of({}, {}),
      of(
        { app: { default: "store" }, cacheEngine: "redis" },
        { cacheEngine: "valkey", "shop:cacheVariable": "CACHE", databaseVariable: null },
      ),
    ]).to.deep.equal([
      ["", "DATABASE_URL", "REDIS_URL", "none", true],
      ["store", "DATABASE_URL", "CACHE", "valkey", true],
    ]);
  });

  it("needs no keys for the parameters of a stack: the project's name is the application's", () => {
    const own = { "shop:databaseEngine": "postgres", "shop:parameters": ["TOKEN"] };
    const { path, rolledOut, variables } = declaredIn("qa", "shop", completeConfiguration({ name: "shop" }, own));
    expect({ path, rolledOut, variables }).to.deep.equal({
      path: "/shop/qa",
      rolledOut: true,
      variables: {
        TOKEN: { name: "/shop/qa/TOKEN", from: "person" },
        DATABASE_URL: { name: "/shop/qa/DATABASE_URL", from: "store" },
      },
    });
  });
});
