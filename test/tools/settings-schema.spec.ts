import { globSync, readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect } from "chai";
import { parse } from "yaml";
import { optionSets } from "../engine/option-sets.ts";

const schema = JSON.parse(readFileSync("settings/stack.schema.json", "utf8")) as object;
const validate = new Ajv({ allErrors: true, allowUnionTypes: true, strict: true, strictTypes: false }).compile(schema);

/** The keys with a wrong value in a stack's file, as an editor marks them. */
function wrongIn(file: unknown): readonly string[] {
  validate(file);
  return [...new Set((validate.errors ?? []).map(({ instancePath }) => instancePath.replace(/^\/config\//, "")))];
}

const wrong = (config: object): readonly string[] => wrongIn({ config });

describe("the JSON schema of stack files", () => {
  it("finds nothing wrong in the files of this repository and of the examples", () => {
    const files = [...globSync("Pulumi.*.yaml"), ...globSync("examples/*/Pulumi.*.yaml")];
    expect(files.length).to.be.greaterThan(5);
    expect(files.flatMap((file) => wrongIn(parse(readFileSync(file, "utf8"))))).to.deep.equal([]);
  });

  it("finds nothing wrong in stacks that set every key, for a project of any name or without it", () => {
    for (const prefix of ["shop:", "compose-ecs-pipeline:", ""]) {
      const configurations = optionSets.map(({ configuration }) =>
        Object.entries(configuration).map(([key, value]) => [key.includes(":") ? key : prefix + key, value] as const),
      );
      expect(configurations.flatMap((entries) => wrong(Object.fromEntries(entries)))).to.deep.equal([]);
    }
  });

  it("finds nothing wrong in what `pulumi config set` writes, nor in a file without configuration", () => {
    const set = { "shop:approval": "true", "shop:pollSeconds": "5", "shop:branches": '["main"]' };
    const secret = { "secrets:TOKEN": { secure: "v1:abc" }, "settings:LEVEL": "info", "settings:COUNT": 2 };
    expect([wrong(set), wrong(secret), wrongIn({ config: null }), wrongIn({ encryptionsalt: "v1:abc" })]).to.deep.equal(
      [[], [], [], []],
    );
  });

  it("leaves keys of other namespaces alone, and keys that it does not know", () => {
    const aws = { "aws:region": "eu-central-1", "aws:allowedAccountIds": ["000000000000"], "aws:protect": 5 };
    expect(
      wrong({ ...aws, "shop:queueName": { a: 1 }, "aws-native:tags": 1, "pulumi:tags": { a: "b" } }),
    ).to.deep.equal([]);
  });

  it("marks values of another type, secrets in plain text and secrets where none is allowed", () => {
    expect(
      wrong({
        "aws:region": "Frankfurt",
        "secrets:TOKEN": "in plain text",
        "settings:LEVEL": ["info"],
        "shop:app": { secure: "v1:abc" },
        "shop:approval": "yes",
        "shop:branch": ["main"],
        "shop:composeFiles": "compose.yml",
        "shop:databaseMinCapacity": 0.5,
        "shop:desiredCount": "two",
        "shop:parameters": ["DATABASE_URL", { secure: "v1:abc" }],
        "shop:pollSeconds": 1.5,
        "shop:protect": 1,
        "shop:sourceImageTag": 1.1,
        "shop:taskCpu": -1,
        tags: true,
      }).toSorted(),
    ).to.deep.equal([
      "aws:region",
      "secrets:TOKEN",
      "settings:LEVEL",
      "shop:app",
      "shop:approval",
      "shop:branch",
      "shop:composeFiles",
      "shop:databaseMinCapacity",
      "shop:desiredCount",
      "shop:parameters/1",
      "shop:pollSeconds",
      "shop:protect",
      "shop:sourceImageTag",
      "shop:taskCpu",
      "tags",
    ]);
  });
});
