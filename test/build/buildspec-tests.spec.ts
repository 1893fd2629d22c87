import { expect } from "chai";
import { beforeEach, describe, it } from "mocha";
import { compose, useFolder, write, build, files, compile, push, compare, proxy } from "./buildspec-bench.ts";

describe("buildspec.yml with tests", () => {
  useFolder();

  const tests = `  unit: {profiles: [test], build: {context: ., target: test}, depends_on: [database]}
  database: {profiles: [test], image: "postgres:15"}
  system: {profiles: [test], image: "shop/web:\${IMAGE_TAG:-latest}", depends_on: {database: {condition: service_healthy}}}
`;

  const project = `docker compose -p build-tests-PID ${files}`;

  const test = (service: string): string => `${project} run --rm -T ${service}`;

  const down = `${project} down --volumes --remove-orphans`;

  beforeEach(() => {
    write("docker-compose-staging.yml", compose + tests);
  });

  it("runs each service of the profile that no other service waits for, and removes what was started", async () => {
    const { code, calls } = await build({ RUN_TESTS: "true" });
    expect([code, calls.slice(5, 11)]).to.deep.equal([
      0,
      [compile("proxy", "web", "unit"), test("unit"), test("system"), down, ...push(proxy, "proxy", "latest")],
    ]);
  });

  it("pushes nothing and compares nothing when one fails, and removes what was started", async () => {
    write("state/test-fails-unit", "");
    const { code, calls, err, artifacts } = await build({ RUN_TESTS: "true" });
    expect([code, calls.slice(5), err, artifacts]).to.deep.equal([
      1,
      [compile("proxy", "web", "unit"), test("unit"), down],
      ["unit: its test failed, so nothing is pushed", "build: failed, so nothing is pushed; see its log above"],
      [],
    ]);
  });

  it("builds every image for them, but pushes only what ECR does not have, and runs none if it has all", async () => {
    write("state/image-proxy-0123abc", "");
    const some = await build({ RUN_TESTS: "true" });
    write("state/image-web-0123abc", "");
    const none = await build({ RUN_TESTS: "true" });
    expect([some.calls.slice(5, 11), none.calls.slice(5)]).to.deep.equal([
      [
        compile("proxy", "web", "unit"),
        test("unit"),
        test("system"),
        down,
        ...push("shop/web:0123abc", "web", "latest"),
      ],
      compare,
    ]);
  });

  it("runs none unless the stack says so", async () => {
    const { code, calls } = await build({ RUN_TESTS: "false" });
    expect([code, calls[5], calls.filter((call) => call.includes(" run "))]).to.deep.equal([
      0,
      compile("proxy", "web"),
      [],
    ]);
  });

  it("is refused if the stack wants tests and the file has none", async () => {
    write("docker-compose-staging.yml", compose);
    const { code, err, artifacts } = await build({ RUN_TESTS: "true" });
    expect([code, err, artifacts]).to.deep.equal([
      1,
      [
        'RUN_TESTS: no service of the Compose file has the profile "test"; add one or set runTests to false for the stack',
      ],
      [],
    ]);
  });
});
