import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { deliver, type Additions } from "../../deliver.ts";
import { deliveredAdditions } from "../../settings/delivered.ts";
import { parametersThere } from "../../testing/first-up.ts";
import { cloud, only, settled, startCloud } from "../support/cloud.ts";
import { configOf } from "../support/program.ts";

/** Runs `deliver` as the program of the stack staging. */
async function delivered(additions?: Additions) {
  await startCloud({ config: configOf("staging"), answers: parametersThere });
  const outputs = await deliver(additions);
  await settled();
  return outputs;
}

describe("deliver", () => {
  it("creates what index.ts creates, and returns its outputs", async () => {
    expect(await delivered()).to.include.keys("url", "environment");
    expect(only("aws:codepipeline/pipeline:Pipeline").name).to.equal("shop-staging");
  });

  it("creates everything again in the next run of the same process, without the additions of the run before", async () => {
    const count = async (additions?: Additions) => {
      await delivered(additions);
      return cloud.length;
    };
    const taskPolicies = () =>
      cloud.filter(({ inputs }) => JSON.stringify(inputs).includes("sqs:SendMessage")).map(({ name }) => name);
    const first = await count({
      policy: [{ actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:us-east-1:1:jobs"] }],
    });
    expect(taskPolicies()).to.deep.equal(["shop-staging-task-statements"]);
    const second = await count();
    expect([taskPolicies(), first > 50]).to.deep.equal([[], true]);
    expect([first - 1, first]).to.include(second);
  });

  it("leaves no additions behind for the next reader of the settings, even if the stack is refused", async () => {
    await delivered({ otherKeys: ["jobs"] });
    expect(deliveredAdditions()).to.deep.equal({});
    await startCloud({ config: { ...configOf("staging"), "compose-ecs-pipeline:protect": "perhaps" } });
    await deliver({ otherKeys: ["jobs"] }).catch(() => undefined);
    expect(deliveredAdditions()).to.deep.equal({});
  });

  it("refuses a project whose program would use another copy of Pulumi's packages", async () => {
    const project = realpathSync(mkdtempSync(join(tmpdir(), "two-copies-")));
    const copy = join(project, "node_modules/@pulumi/aws");
    mkdirSync(copy, { recursive: true });
    writeFileSync(join(copy, "package.json"), '{ "name": "@pulumi/aws", "version": "7.0.0" }');
    const before = process.cwd();
    process.chdir(project);
    try {
      const refusal: unknown = await deliver().catch((error: unknown) => error);
      expect(String(refusal)).to.match(/@pulumi\/aws: there are two copies, .*; give package\.json the version/);
      expect(String(refusal)).to.include(join(copy, "package.json"));
    } finally {
      process.chdir(before);
      rmSync(project, { recursive: true });
    }
  });
});
