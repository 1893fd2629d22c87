import { expect } from "chai";
import { parse } from "yaml";
import { configurationOf, type Mapping } from "../../testing/configuration.ts";

const declared = parse(`
  aws:region: eu-central-1
  greeting: { type: string, default: hello }
  retries: { default: 3 }
  big: 10000000
  on: yes
  flag: true
  owner: { type: string }
  list: { type: array, items: { type: string }, default: [a, b] }
  aws:allowedAccountIds: { value: ["012345678901"] }
  empty: { type: string, default: "" }
`) as Mapping;

const own = parse(`
  orders:owner: ada
  orders:nested: { a: [1, { b: true }], c: 0x10 }
  orders:number: 12345678
  bare: x
  orders:nothing:
`) as Mapping;

describe("the configuration of a tested stack", () => {
  it("is what Pulumi hands to a program", () => {
    // As `pulumi config --json` of Pulumi 3.259 prints it for a project with these two mappings.
    expect(configurationOf("orders", declared, own, "Pulumi.dev.yaml")).to.deep.equal({
      config: {
        "aws:allowedAccountIds": '["012345678901"]',
        "aws:region": "eu-central-1",
        "orders:bare": "x",
        "orders:big": "10000000",
        "orders:empty": "",
        "orders:flag": "true",
        "orders:greeting": "hello",
        "orders:list": '["a","b"]',
        "orders:nested": '{"a":[1,{"b":true}],"c":16}',
        "orders:nothing": "",
        "orders:number": "12345678",
        "orders:on": "yes",
        "orders:owner": "ada",
        "orders:retries": "3",
      },
      secretKeys: [],
    });
  });

  it("has a harmless text for each secret, and says which keys are secret", () => {
    const secrets = parse(`
      orders:owner: { secure: v1:abc }
      orders:hosts: [a.example, { secure: v1:def }]
      orders:policy: { secure: no, level: 1 }
    `) as Mapping;
    expect(configurationOf("orders", {}, secrets, "Pulumi.dev.yaml")).to.deep.equal({
      config: {
        "orders:owner": "a secret",
        "orders:hosts": '["a.example","a secret"]',
        "orders:policy": '{"secure":"no","level":1}',
      },
      secretKeys: ["orders:owner", "orders:hosts"],
    });
  });
});
