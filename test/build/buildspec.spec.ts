import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { composeProject } from "../../compose/index.ts";
import {
  compose,
  registry,
  inFolder,
  useFolder,
  write,
  runs,
  build,
  download,
  login,
  look,
  compile,
  push,
  compare,
  proxy,
} from "./buildspec-bench.ts";

describe("buildspec.yml", () => {
  useFolder();

  it("builds, pushes both tags, compares and writes what to release", async () => {
    const { code, calls, err, artifacts } = await build();
    expect({ code, calls, err, artifacts }).to.deep.equal({
      code: 0,
      calls: [
        download,
        look("proxy", "0123abc"),
        look("web", "0123abc"),
        ...login,
        compile("proxy", "web"),
        ...push(proxy, "proxy", "latest"),
        ...push(proxy, "proxy", "0123abc"),
        ...push("shop/web:0123abc", "web", "latest"),
        ...push("shop/web:0123abc", "web", "0123abc"),
        ...compare,
      ],
      err: [],
      artifacts: ["imagedefinitions.json", "release.json"],
    });
    const written = artifacts.map((file) => JSON.parse(readFileSync(inFolder(file), "utf8")) as unknown);
    expect(written).to.deep.equal([
      [
        { name: "proxy", imageUri: `${registry}/shop/staging/proxy:0123abc` },
        { name: "web", imageUri: `${registry}/shop/staging/web:0123abc` },
      ],
      { format: 1, images: [{ name: "migrate", imageUri: `${registry}/shop/staging/web:0123abc` }] },
    ]);
  });

  it("writes what to release to each ECS service in a separate file, and compares each", async () => {
    const both = `${compose}  worker: {image: "shop/web:\${IMAGE_TAG:-latest}", x-ecs: {service: worker}}\n`;
    write("docker-compose-staging.yml", both);
    runs(both);
    const { code, calls, err, artifacts } = await build({ ECS_SERVICES: "shop-staging shop-staging-worker" });
    expect({ code, err, artifacts }).to.deep.equal({
      code: 0,
      err: [],
      artifacts: ["imagedefinitions-worker.json", "imagedefinitions.json", "release.json"],
    });
    expect(JSON.parse(readFileSync(inFolder("imagedefinitions-worker.json"), "utf8"))).to.deep.equal([
      { name: "worker", imageUri: `${registry}/shop/staging/web:0123abc` },
    ]);
    expect(calls.filter((call) => call.startsWith("Describe") && !call.startsWith("DescribeImages"))).to.deep.equal([
      "DescribeServices shop-staging: shop-staging shop-staging-worker",
      "DescribeTaskDefinition arn:shop-staging-migrate:3",
      "DescribeTaskDefinition shop-staging-worker:7",
      "DescribeTaskDefinition shop-staging:7",
    ]);
  });

  it("gives Compose a placeholder for a parameter, or its value if the project has it", async () => {
    await build();
    expect(readFileSync(inFolder("state/seen"), "utf8")).to.equal(`unused-in-build 1 ${composeProject}\n`);
    await build({ DATABASE_URL: "given" });
    expect(readFileSync(inFolder("state/seen"), "utf8")).to.equal(`given 1 ${composeProject}\n`);
  });

  it("writes no registry token and no value of a parameter to a file", async () => {
    const secret = `secret-${Math.random()}`;
    const { code } = await build({ DATABASE_URL: secret });
    rmSync(inFolder("state/seen"));
    const token = readFileSync(inFolder("state/token"), "utf8").trim();
    rmSync(inFolder("state/token"));
    const files = readdirSync(inFolder("."), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const holding = files.filter((entry) => {
      const content = readFileSync(join(entry.parentPath, entry.name), "utf8");
      return content.includes(secret) || content.includes(token);
    });
    expect([code, files.length > 5, holding.map(({ name }) => name)]).to.deep.equal([0, true, []]);
  });

  it("does not rebuild an image that ECR already has for the commit", async () => {
    write("state/image-proxy-0123abc", "");
    const { code, calls, artifacts } = await build();
    expect({ code, calls, artifacts }).to.deep.equal({
      code: 0,
      calls: [
        download,
        look("proxy", "0123abc"),
        look("web", "0123abc"),
        ...login,
        compile("web"),
        ...push("shop/web:0123abc", "web", "latest"),
        ...push("shop/web:0123abc", "web", "0123abc"),
        ...compare,
      ],
      artifacts: ["imagedefinitions.json", "release.json"],
    });
  });

  it("builds nothing when ECR has every image, and still writes what to release", async () => {
    write("state/image-proxy-0123abc", "");
    write("state/image-web-0123abc", "");
    const { code, calls, artifacts } = await build();
    expect({ code, calls, artifacts }).to.deep.equal({
      code: 0,
      calls: [download, look("proxy", "0123abc"), look("web", "0123abc"), ...login, ...compare],
      artifacts: ["imagedefinitions.json", "release.json"],
    });
  });

  it("pushes nothing and releases nothing when the build fails, even if old files exist", async () => {
    write("state/build-fails", "");
    write("imagedefinitions.json", "[]");
    write("release.json", "[]");
    expect(await build()).to.deep.equal({
      code: 1,
      calls: [download, look("proxy", "0123abc"), look("web", "0123abc"), ...login, compile("proxy", "web")],
      err: ["build: failed, so nothing is pushed; see its log above"],
      artifacts: [],
    });
  });

  it("stops when ECR does not say whether it has an image", async () => {
    write("state/denied", "");
    expect(await build()).to.deep.equal({
      code: 1,
      calls: [download, look("proxy", "0123abc"), look("web", "0123abc")],
      err: ["proxy", "web"].map(
        (name) =>
          `${name}: ecr:DescribeImages on shop/staging/${name}:0123abc: not authorized; run "pulumi up" for the stack, which gives the role its permissions; a policy of the account may deny it`,
      ),
      artifacts: [],
    });
  });

  it("stops when a push fails, before the commit's tag exists, and compares nothing", async () => {
    write("state/push-fails", "");
    const { code, calls, artifacts } = await build();
    expect([code, calls.slice(-5), artifacts]).to.deep.equal([
      1,
      [compile("proxy", "web"), ...push(proxy, "proxy", "latest"), ...push("shop/web:0123abc", "web", "latest")],
      [],
    ]);
  });

  it("reports which image could not be pushed", async () => {
    write("state/push-fails-proxy", "");
    const { code, calls, artifacts } = await build();
    expect([code, calls.slice(-6), artifacts]).to.deep.equal([
      1,
      [
        ...push(proxy, "proxy", "latest"),
        ...push("shop/web:0123abc", "web", "latest"),
        ...push("shop/web:0123abc", "web", "0123abc"),
      ],
      [],
    ]);
  });

  it("stops before it logs in when the Compose file is wrong", async () => {
    write("docker-compose-staging.yml", compose.replace("expose", "privileged: true\n    expose"));
    expect(await build()).to.deep.equal({
      code: 1,
      calls: [download],
      err: ['docker-compose-staging.yml:6:5: Fargate runs no privileged containers; remove "privileged"'],
      artifacts: [],
    });
  });
});
