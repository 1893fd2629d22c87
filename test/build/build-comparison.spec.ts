import { writeFileSync } from "node:fs";
import { expect } from "chai";
import { describe, it } from "mocha";
import { composeLabel } from "../../compose/index.ts";
import { compose, inFolder, useFolder, run, plan, describeTask } from "./plan-bench.ts";

describe("the comparison of a build", () => {
  useFolder();

  it("passes if what runs came from the same Compose file", () => {
    const { services, release } = plan().fingerprints;
    const service = `service:shop-staging=${describeTask("service.json", services["shop-staging"] ?? {})}`;
    const families = Object.entries(release).map(
      ([name, print]) => `release:${name}=${describeTask(`${name}.json`, { [name]: print })}`,
    );
    expect(run(["compare", service, ...families])).to.deep.equal({ code: 0, err: [] });
  });

  it("notices a container that changes from one image built here to another, whatever tag or digest runs", () => {
    const { services, release } = plan().fingerprints;
    const compared = (proxy: string, web: string, migrate: string) => {
      const service = describeTask("service.json", services["shop-staging"] ?? {}, { proxy, web, cache: "cache:1" });
      const families = Object.entries(release).map(
        ([name, print]) =>
          `release:${name}=${describeTask(`${name}.json`, { [name]: print }, { migrate, notify: "curl:1" })}`,
      );
      return run(["compare", `service:shop-staging=${service}`, ...families]);
    };
    const digest = `@sha256:${"0".repeat(64)}`;
    const uri = (name: string) => `127.0.0.1:5000/shop/staging/${name}`;
    expect(compared(`${uri("proxy")}:latest`, `${uri("web")}${digest}`, `${uri("web")}:1234567`)).to.deep.equal({
      code: 0,
      err: [],
    });
    expect(compared(`${uri("web")}:1234567`, `${uri("web")}${digest}`, `${uri("proxy")}:1`).err).to.deep.equal([
      'docker-compose-staging.yml: this commit changes the task definition (proxy: image; migrate: image); run "pulumi up" for the stack from this commit, then "release"',
    ]);
  });

  it("reports every container and key that differs, and says what to do", () => {
    const { services, release } = plan().fingerprints;
    const service = describeTask("service.json", {
      old: {},
      proxy: services["shop-staging"]?.["proxy"],
      web: { ...services["shop-staging"]?.["web"], command: "00000000" },
    });
    const family = describeTask("migrate.json", { migrate: { ...release["migrate"], environment: "00000000" } });
    expect(run(["compare", `service:shop-staging=${service}`, `release:migrate=${family}`])).to.deep.equal({
      code: 1,
      err: [
        'docker-compose-staging.yml: this commit changes the task definition (cache: added; old: removed; web: command; migrate: environment; notify: added); run "pulumi up" for the stack from this commit, then "release"',
      ],
    });
  });

  it("reports ECS services and release services that the commit adds or removes", () => {
    const worker = '  worker: {image: "shop/web:${IMAGE_TAG:-latest}", x-ecs: {service: worker}}\n';
    writeFileSync(inFolder("docker-compose-staging.yml"), compose + worker);
    const { services, release } = plan().fingerprints;
    const own = `service:shop-staging=${describeTask("service.json", services["shop-staging"] ?? {})}`;
    const old = `service:shop-staging-old=${describeTask("old.json", {})}`;
    const families = [...Object.entries(release), ["seed", {}] as const].map(
      ([name, print]) => `release:${name}=${describeTask(`${name}.json`, { [name]: print })}`,
    );
    expect(run(["compare", own, old, ...families])).to.deep.equal({
      code: 1,
      err: [
        'docker-compose-staging.yml: this commit changes the task definition (ECS service shop-staging-old: removed; ECS service shop-staging-worker: added; seed: removed); run "pulumi up" for the stack from this commit, then "release"',
      ],
    });
  });

  it("counts a container with a missing or broken label as changed", () => {
    const containers = Object.keys(plan().fingerprints.services["shop-staging"] ?? {});
    const definitions = containers.map((name) => ({
      name,
      ...(name === "web" && { dockerLabels: { [composeLabel]: "{" } }),
    }));
    writeFileSync(inFolder("service.json"), JSON.stringify({ taskDefinition: { containerDefinitions: definitions } }));
    const label = "carries no label compose-ecs-pipeline.compose";
    expect(run(["compare", "service:shop-staging=service.json"])).to.deep.equal({
      code: 1,
      err: [
        `docker-compose-staging.yml: this commit changes the task definition (cache: ${label}; proxy: ${label}; web: ${label}; migrate: added; notify: added); run "pulumi up" for the stack from this commit, then "release"`,
      ],
    });
  });

  it("does not pass when what runs cannot be read", () => {
    writeFileSync(inFolder("service.json"), "");
    expect(run(["compare", "service:shop-staging=service.json"])).to.deep.equal({
      code: 1,
      err: ['service.json: not a task definition; give the output of "aws ecs describe-task-definition"'],
    });
  });
});
