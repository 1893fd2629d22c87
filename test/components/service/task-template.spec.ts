import { expect } from "chai";
import { containerDefinitions, taskTemplate } from "../../../components/service/task-template.ts";
import type { Container } from "../../../compose/index.ts";
import { staging } from "../../support/names.ts";
import { container } from "../../support/task.ts";
import { templateOf, templateArgs, whole, definitionsOf } from "./template-bench.ts";

describe("the template of a task", () => {
  it("is a different one on arm64, and unchanged on x86_64", () => {
    const { hash } = templateOf([whole]);
    const on = (architecture: "x86_64" | "arm64") => {
      const size = { cpu: 256, memoryMiB: 512 };
      const parameterNames = { DATABASE_URL: "/shop/staging/DATABASE_URL", TOKEN: "shared-token" };
      const task = { containers: [whole], volumes: ["data"], size, connected: false };
      return taskTemplate({ names: staging, family: "shop-staging", task, parameterNames, architecture });
    };
    const [x86, arm] = [on("x86_64"), on("arm64")];
    expect([x86.cpuArchitecture, x86.hash === hash, arm.cpuArchitecture, arm.hash === hash]).to.deep.equal([
      undefined,
      true,
      "ARM64",
      false,
    ]);
  });

  it("lets only containers end that others wait for", () => {
    const waits = container("web", {
      dependsOn: [
        { container: "prepare", condition: "SUCCESS" },
        { container: "cache", condition: "HEALTHY" },
      ],
    });
    const definitions = definitionsOf(waits, container("cache"), container("prepare"));
    expect(definitions.map((definition) => [definition["name"], definition["essential"]])).to.deep.equal([
      ["web", true],
      ["cache", true],
      ["prepare", false],
    ]);
  });

  const same: readonly (readonly [string, Partial<Container>])[] = [
    ["the order of the environment", { environment: { A: "1", RAILS_ENV: "production" } }],
    ["the order of the secrets", { secrets: { DATABASE_URL: "DATABASE_URL", TOKEN: "TOKEN" } }],
  ];

  for (const [title, change] of same) {
    it(`keeps its hash whatever ${title}`, () => {
      expect(templateOf([{ ...whole, ...change }]).hash).to.equal(templateOf([whole]).hash);
    });
  }

  const different: readonly (readonly [string, Partial<Container>])[] = [
    ["environment", { environment: { RAILS_ENV: "production", A: "2" } }],
    ["command", { command: ["bin/rails", "console"] }],
    ["health check", { healthCheck: undefined }],
    ["memory", { memoryMiB: 512 }],
    ["secrets", { secrets: { TOKEN: "TOKEN" } }],
    ["image, where it is configuration", { image: { reference: "redis:8" } }],
    ["Compose part", { fingerprint: { size: "11111111" } }],
  ];

  for (const [title, change] of different) {
    it(`has another hash with another ${title}`, () => {
      expect(templateOf([{ ...whole, ...change }]).hash).not.to.equal(templateOf([whole]).hash);
    });
  }

  it("has another hash with an additional container", () => {
    expect(templateOf([whole, container("worker")]).hash).not.to.equal(templateOf([whole]).hash);
  });

  it("names the ports, in lower case, if other ECS services reach them, and then has another hash", () => {
    const named = { ...whole, name: "Web_1" };
    const [definition] = containerDefinitions(templateOf([named], true), () => "image");
    expect(definition?.["portMappings"]).to.deep.equal([
      { containerPort: 3000, hostPort: 3000, protocol: "tcp", name: "web_1-3000" },
      { containerPort: 3001, hostPort: 3001, protocol: "tcp", name: "web_1-3001" },
    ]);
    expect(templateOf([named], true).hash).not.to.equal(templateOf([named]).hash);
  });

  it("holds the versions of the parameters that a container reads, if they are given, by environment variable", () => {
    const other = container("cache", {});
    const told = (DATABASE_URL: number) => ({
      ...templateArgs([{ ...whole, secrets: { URL: "DATABASE_URL", TOKEN: "TOKEN" } }, other]),
      parameterVersions: { DATABASE_URL, TOKEN: 2, UNREAD: 9 },
    });
    const labels = containerDefinitions(taskTemplate(told(3)), () => "image").map(
      ({ dockerLabels }) => (dockerLabels as Record<string, string>)["compose-ecs-pipeline.parameters"],
    );
    expect(labels).to.deep.equal(['{"TOKEN":2,"URL":3}', undefined]);
    expect(taskTemplate(told(4)).hash).not.to.equal(taskTemplate(told(3)).hash);
  });

  it("adds further labels to its own", () => {
    const [first] = containerDefinitions(templateOf([whole]), () => "image", {
      "compose-ecs-pipeline.follows": "ecs-svc/1",
    });
    expect(Object.keys(first?.["dockerLabels"] as object)).to.deep.equal([
      "compose-ecs-pipeline.follows",
      "compose-ecs-pipeline.compose",
      "compose-ecs-pipeline.template",
    ]);
  });
});
