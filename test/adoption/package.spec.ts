import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect } from "chai";

import { writeState } from "../engine/earlier-state.ts";
import { type Engine, parameter, startEngine } from "../engine/engine.ts";
import { writeBareStacks } from "../engine/every-option.ts";
import { unpack } from "../engine/recorded-stacks.ts";
import { command, installPacked } from "./packed.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const recording = join(repository, "test/engine/earlier-stacks.jsonl");

describe("the packed package, as the program of a project with two lines of its own,", function () {
  this.timeout(240_000);

  /** An engine for a project in infra/ next to the example application; `program` is its index.ts. */
  const startProject = (name: string, program: string, version?: string): Promise<Engine> =>
    startEngine((project) => {
      const application = join(project, "..", "application");
      mkdirSync(application);
      for (const environment of ["staging", "production"])
        copyFileSync(
          join(repository, `docker-compose-${environment}.yml`),
          join(application, `docker-compose-${environment}.yml`),
        );
      cpSync(join(repository, "app"), join(application, "app"), { recursive: true });
      installPacked(project, version);
      const runtime = "runtime:\n  name: nodejs\n  options:\n    typescript: false\n";
      writeFileSync(join(project, "Pulumi.yaml"), `name: ${name}\n${runtime}`);
      writeFileSync(join(project, "package.json"), '{ "type": "module" }\n');
      writeFileSync(join(project, "index.ts"), program);
    });
  const twoLines = [
    'import { deliver } from "compose-ecs-pipeline";',
    "export const { url, environment } = await deliver();",
    "",
  ].join("\n");
  const stackFile = (name: string, ...more: readonly string[]) =>
    [
      "config:",
      "  aws:region: us-east-1",
      `  ${name}:applicationDirectory: ../application`,
      `  ${name}:sourceRepository: acme/shop`,
      `  ${name}:parameters: [DATABASE_URL, SECRET_KEY_BASE]`,
      ...more.map((line) => `  ${line}`),
      "",
    ].join("\n");
  const withParameters = async (engine: Engine): Promise<void> => {
    for (const variable of ["DATABASE_URL", "SECRET_KEY_BASE"])
      await engine.change(parameter(`/shop/staging/${variable}`, "there"));
  };
  const unchanged = { create: 0, update: 0, replace: 0, delete: 0 };

  it("creates an environment that the next up leaves alone, and so does a newer version of the package", async () => {
    const engine = await startProject("shop", twoLines);
    try {
      writeFileSync(join(engine.directory, "Pulumi.staging.yaml"), stackFile("shop"));
      await withParameters(engine);
      const first = await engine.runAlone("up", "staging");
      expect(Object.keys(first.outputs)).to.include.members(["url", "environment"]);
      const { same, ...changes } = (await engine.runAlone("up", "staging")).changes;
      expect([changes, same > 30]).to.deep.equal([unchanged, true]);

      rmSync(join(engine.directory, "node_modules"), { recursive: true });
      installPacked(engine.directory, "9.0.0");
      const newer = await engine.runAlone("up", "staging");
      expect(newer.changes).to.deep.equal({ ...unchanged, same });
      expect(newer.outputs["environment"]).to.include({ version: "9.0.0" });
    } finally {
      await engine.close();
    }
  });

  it("leaves everything alone when init --own-program has written the whole story into its index.ts", async () => {
    const engine = await startProject("shop", twoLines);
    try {
      writeFileSync(join(engine.directory, "Pulumi.staging.yaml"), stackFile("shop"));
      await withParameters(engine);
      const { create } = (await engine.runAlone("up", "staging")).changes;
      const application = join(engine.directory, "..", "application");
      const args =
        "init --own-program --yes --name shop --repository acme/shop --branch main --region us-east-1 --package https://example.com/compose-ecs-pipeline.tgz";
      expect(command(engine.directory, args.split(" "), application)).to.include({ status: 0 });
      copyFileSync(join(application, "infra/index.ts"), join(engine.directory, "index.ts"));
      expect(readFileSync(join(engine.directory, "index.ts"), "utf8")).to.include("new Pipeline(name, {");
      const { same, ...changes } = (await engine.runAlone("up", "staging")).changes;
      expect([changes, same]).to.deep.equal([unchanged, create]);
    } finally {
      await engine.close();
    }
  });

  it("takes variables and rights from the program, whose own queue the next up leaves alone", async () => {
    const program = [
      'import * as aws from "@pulumi/aws";',
      'import { deliver } from "compose-ecs-pipeline";',
      'const name = "shop-jobs";',
      "const { accountId } = await aws.getCallerIdentity();",
      "const { region } = await aws.getRegion();",
      "new aws.sqs.Queue(name, { name });",
      "export const { url, environment } = await deliver({",
      "  variables: { ASSET_HOST: `https://sqs.${region}.amazonaws.com/${accountId}/${name}` },",
      '  policy: [{ actions: ["sqs:SendMessage"], resources: [`arn:aws:sqs:${region}:${accountId}:${name}`] }],',
      '  otherKeys: ["jobs"],',
      "});",
      "",
    ].join("\n");
    const engine = await startProject("shop", program);
    try {
      const compose = join(engine.directory, "..", "application", "docker-compose-staging.yml");
      writeFileSync(
        compose,
        readFileSync(compose, "utf8").replace("environment:\n", "environment:\n      QUEUE: ${ASSET_HOST}\n"),
      );
      writeFileSync(join(engine.directory, "Pulumi.staging.yaml"), stackFile("shop", "shop:jobs: 3"));
      await withParameters(engine);
      const policies: unknown[] = [];
      const onEvent = ({ resourcePreEvent: event }: EngineEvent): void => {
        if (event?.metadata.type === "aws:iam/rolePolicy:RolePolicy")
          policies.push(event.metadata.new?.inputs["policy"]);
      };
      await engine.runAlone("up", "staging", { onEvent });
      const { containers } = (await engine.cloud()).revisions.find(({ family }) => family === "shop-staging") ?? {};
      expect(JSON.stringify(containers)).to.match(
        /"QUEUE".{1,20}https:\/\/sqs\.us-east-1\.amazonaws\.com\/\d{12}\/shop-jobs/,
      );
      expect(policies.filter((policy) => String(policy).includes("sqs:SendMessage"))).to.have.lengthOf(1);
      const { same, ...changes } = (await engine.runAlone("up", "staging")).changes;
      expect([changes, same > 30]).to.deep.equal([unchanged, true]);
    } finally {
      await engine.close();
    }
  });

  it("takes over the stacks of a fork of this repository: nothing is deleted but the step Watch, and nothing is replaced", async () => {
    const { files, stacks } = unpack(readFileSync(recording, "utf8"));
    const engine = await startProject("compose-ecs-pipeline", twoLines);
    try {
      const application = join(engine.directory, "..", "application");
      for (const [file, text] of Object.entries(files)) writeFileSync(join(application, file), text);
      for (const { environment, title, configuration, cloud, resources } of firstOfEach(stacks)) {
        const steps: string[] = [];
        const onEvent = ({ resourcePreEvent: event }: EngineEvent): void => {
          if (event !== undefined && event.metadata.op !== "same")
            steps.push(`${event.metadata.op} ${event.metadata.urn}`);
        };
        await engine.change(() => cloud);
        writeState(engine.state, { resources }, environment);
        writeBareStacks(engine.directory);
        // A fork's Pulumi.yaml declared the default of "app".
        const own = { applicationDirectory: "../application", app: "shop", ...configuration };
        await engine.runAlone("up", environment, { configuration: own, onEvent });
        expect({ [title]: steps.filter((step) => !/^(update|create) /.test(step) && !isWatch(step)) }).to.deep.equal({
          [title]: [],
        });
        const created = steps.filter((step) => step.startsWith("create ")).map((step) => step.split("::").at(-1) ?? "");
        expect({ [title]: created.filter((name) => !name.includes("program")) }).to.deep.equal({ [title]: [] });
      }
    } finally {
      await engine.close();
    }
  });
});

/** One stack of each environment; test/engine/same-stacks.spec.ts has them all. */
const firstOfEach = <Stack extends { readonly environment: string }>(stacks: readonly Stack[]): readonly Stack[] =>
  stacks.filter((stack, index) => stacks.findIndex(({ environment }) => environment === stack.environment) === index);

/** Whether a step deletes a part of the step Watch, which is gone. */
const isWatch = (step: string): boolean => /^delete .*::\w+-\w+-watch(-statements)?$/.test(step);
