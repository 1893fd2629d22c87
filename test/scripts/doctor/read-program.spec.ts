import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { configurationOf } from "../../../scripts/doctor/configuration.ts";
import { readProgram } from "../../../scripts/pulumi/program-reading.ts";

const compose = `services:
  web:
    build: .
    image: shop/web
    ports: ["80:3000"]
    command: serve
    environment: {LEVEL: info}
  jobs:
    x-ecs: {service: worker}
    image: shop/web
  cache:
    x-ecs: {service: cache}
    image: redis:7
`;

describe("what doctor reads of the program", function () {
  // Each reading is a separate process that loads Pulumi.
  this.timeout(60_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "doctor-"));
    copyFileSync("Pulumi.yaml", join(folder, "Pulumi.yaml"));
    const stack = (more: string) => `config:\n  compose-ecs-pipeline:sourceRepository: acme/shop\n${more}`;
    const own = [
      'aws:region: eu-central-1\n  aws:allowedAccountIds: ["111111111111"]',
      "compose-ecs-pipeline:buildspec: buildspec.yml",
      "compose-ecs-pipeline:parameters: [URL, LEVEL, KEY, OLD=/old]",
      "compose-ecs-pipeline:parameterKmsKeyArns: [arn:aws:kms:eu-central-1:111111111111:key/a]",
      "compose-ecs-pipeline:queueName: jobs",
      "settings:LEVEL: info\n  secrets:KEY: {secure: v1:abc}",
    ];
    writeFileSync(join(folder, "Pulumi.staging.yaml"), stack(own.map((line) => `  ${line}\n`).join("")));
    writeFileSync(join(folder, "docker-compose-staging.yml"), compose);
    writeFileSync(join(folder, "Dockerfile"), "FROM scratch\n");
    writeFileSync(join(folder, "Pulumi.bad.yaml"), stack(""));
    const bad = "services:\n  web:\n    build: .\n    privileged: true\n    network_mode: host\n";
    writeFileSync(join(folder, "docker-compose-bad.yml"), bad);
    writeFileSync(join(folder, "Pulumi.broken.yaml"), "config: [");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("is the stack's settings, and the names in its Compose files", async () => {
    expect(await readProgram("staging", folder)).to.deep.equal({
      region: "eu-central-1",
      allowedAccounts: ["111111111111"],
      settings: {
        composeFiles: ["docker-compose-staging.yml"],
        notes: [
          "Pulumi.staging.yaml: queueName is not a key, and nothing reads it; remove it, or name it in deliver({ otherKeys })",
        ],
        testReports: false,
        repository: ".",
        source: "GitHub",
        connected: true,
        natGateways: "none",
        parameters: [
          { variable: "URL", name: "/shop/staging/URL" },
          { variable: "OLD", name: "/old" },
          { variable: "LEVEL", name: "/shop/staging/LEVEL", made: "String" },
          { variable: "KEY", name: "/shop/staging/KEY", made: "SecureString" },
        ],
        parameterKmsKeyArns: ["arn:aws:kms:eu-central-1:111111111111:key/a"],
      },
      application: {
        services: [
          { name: "shop-staging", containers: ["web"], imageDefinitions: "imagedefinitions.json" },
          { name: "shop-staging-cache", containers: ["cache"] },
          { name: "shop-staging-worker", containers: ["jobs"], imageDefinitions: "imagedefinitions-worker.json" },
        ],
        images: ["web"],
        entry: {
          container: "web",
          port: 3000,
          healthPath: "/health",
          image: "shop/web:latest",
          command: ["serve"],
          environment: { LEVEL: "info" },
        },
      },
    });
  });

  it("is the same for a stack that is named with its organization and project", async () => {
    const [long, short] = await Promise.all(["acme/shop/staging", "staging"].map((one) => readProgram(one, folder)));
    expect(long).to.deep.equal(short);
  });

  it("is the reason if it cannot be read: each problem of the Compose files, or what is wrong with the stack's file", async () => {
    const problemOf = async (stack: string) => {
      const { settings, application } = await readProgram(stack, folder);
      return [settings, application].flatMap((found) => (found && "problem" in found ? found.problem.split("\n") : []));
    };
    expect(await Promise.all(["bad", "qa", "broken"].map(problemOf))).to.deep.equal([
      [
        'docker-compose-bad.yml:4:5: Fargate runs no privileged containers; remove "privileged"',
        'docker-compose-bad.yml:5:5: a task has its own network interface, which its containers share; remove "network_mode"',
      ],
      ["Pulumi.qa.yaml: no configuration for stack qa; copy Pulumi.staging.yaml to it and set what differs"],
      [
        "Pulumi.broken.yaml: it is not YAML (Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 10); correct it",
      ],
    ]);
  });

  it("needs no keys in the project's file, whose name is the application's", async () => {
    const bare = mkdtempSync(join(tmpdir(), "doctor-"));
    try {
      writeFileSync(join(bare, "Pulumi.yaml"), "name: store\nruntime: nodejs\n");
      const own = "config:\n  store:sourceRepository: acme/store\n  store:parameters: [URL]\n  store:brnach: main\n";
      writeFileSync(join(bare, "Pulumi.bad.yaml"), own);
      writeFileSync(join(bare, "Pulumi.staging.yaml"), own.replace("store:brnach", "branch"));
      writeFileSync(join(bare, "docker-compose-staging.yml"), compose);
      writeFileSync(join(bare, "Dockerfile"), "FROM scratch\n");
      const [found, bad] = await Promise.all(["staging", "bad"].map((one) => readProgram(one, bare)));
      expect([
        found?.settings && "parameters" in found.settings && found.settings.parameters,
        found?.application && "services" in found.application && found.application.services.map(({ name }) => name),
        bad?.settings,
      ]).to.deep.equal([
        [{ variable: "URL", name: "/store/staging/URL" }],
        ["store-staging", "store-staging-cache", "store-staging-worker"],
        { problem: "Pulumi.bad.yaml: brnach is not a key; write branch, or name it in deliver({ otherKeys })" },
      ]);
    } finally {
      rmSync(bare, { recursive: true });
    }
  });

  it("has the project's defaults, which the stack's file overrides", () => {
    const config = { a: { default: 1 }, b: { default: ["x"] }, "aws:region": { default: "eu-west-1" }, c: {} };
    expect(configurationOf({ name: "shop", config }, { config: { "shop:a": true, "secrets:K": null } })).to.deep.equal({
      "shop:a": "true",
      "shop:b": '["x"]',
      "aws:region": "eu-west-1",
    });
    expect(configurationOf({}, {})).to.deep.equal({});
  });
});
