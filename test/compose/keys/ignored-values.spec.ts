import { expect } from "chai";
import { applicationOf, problemsOf } from "../support.ts";

/** The ignored keys of a file, with place and reason. */
const ignored = (text: string): readonly string[] =>
  applicationOf(text).ignored.map(({ key, reason, at }) => `${at.line}:${at.column}: ${key}: ${reason}`);

const machine = "it says how Docker keeps logs on one machine; on ECS every container logs to CloudWatch Logs";

describe("a key that is ignored because of its value", () => {
  // Docker's manual, "Configure logging drivers": json-file is the default, local the other one that keeps files.
  const logging: Readonly<Record<string, string>> = {
    "the driver json-file, with its options": "{driver: json-file, options: {max-size: 10m, max-file: 3}}",
    "the driver local": "{driver: local}",
    "no driver": "{options: {max-size: 10m}}",
  };
  for (const [title, given] of Object.entries(logging)) {
    it(`is logging with ${title}, which is reported once`, () => {
      const text = `services:\n  web: {image: w, logging: ${given}}\n  worker: {image: w, logging: ${given}}\n`;
      expect(ignored(text)).to.deep.equal([`2:19: services.*.logging: ${machine}`]);
      expect(applicationOf(text).services[0]?.containers.map((one) => one.logging)).to.deep.equal([
        undefined,
        undefined,
      ]);
    });
  }

  it("is not logging with the driver awslogs, nor that of a service for people", () => {
    const text = `services:
  web: {image: w, logging: {driver: awslogs}}
  console: {image: w, profiles: [tools], logging: {driver: json-file}}
`;
    expect(ignored(text)).to.deep.equal([]);
  });

  it("is a dependency on a container of another ECS service, each reported, with no dependsOn left of it", () => {
    const text = `services:
  web:
    image: w
    depends_on:
      api: {condition: service_healthy}
      cache: {condition: service_started}
  cache: {image: c}
  api:
    image: a
    x-ecs: {service: api}
    depends_on: [worker]
  worker:
    image: k
    x-ecs: {service: worker}
`;
    const order = (from: string, to: string) =>
      `services.${from}.depends_on.${to}: "${to}" runs in another ECS service, and ECS starts its services in no particular order; "${from}" has to retry until "${to}" answers`;
    expect(ignored(text)).to.deep.equal([`11:18: ${order("api", "worker")}`, `5:7: ${order("web", "api")}`]);
    const waits = applicationOf(text).services.flatMap(({ containers }) =>
      containers.map(({ name, dependsOn }) => [name, dependsOn.map(({ container }) => container)]),
    );
    expect(waits).to.deep.equal([
      ["cache", []],
      ["web", ["cache"]],
      ["api", []],
      ["worker", []],
    ]);
  });

  it("is a wait for the end of a container in another ECS service, but only if the dependency is optional", () => {
    const text = (required: boolean) => `services:
  web: {image: w, depends_on: {job: {condition: service_completed_successfully, required: ${required}}}}
  job: {image: j, x-ecs: {service: jobs}}
`;
    expect(problemsOf(text(true)).map((line) => line.replace(/;.*/, ""))).to.deep.equal([
      'shop.yml:2:32: "job" runs in another ECS service, which restarts a container that has ended, so no other container can wait for its end',
    ]);
    expect(ignored(text(false)).map((line) => line.replace(/: "job".*/, ""))).to.deep.equal([
      "2:32: services.web.depends_on.job",
    ]);
  });
});

describe("expose", () => {
  it("may name a range, every port of which other ECS services reach", () => {
    const { services } = applicationOf(`services:
  web: {image: w, expose: ["3000-3002", "9000-9001/tcp", 3001]}
  worker: {image: k, environment: {URL: "http://web:3002"}, x-ecs: {service: worker}}
`);
    expect(services[0]?.containers[0]?.ports).to.deep.equal([3000, 3001, 3002, 9000, 9001]);
  });
});
