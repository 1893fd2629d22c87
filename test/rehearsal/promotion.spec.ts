import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BatchGetImageCommand, GetAuthorizationTokenCommand, PutImageCommand } from "@aws-sdk/client-ecr";
import { GetRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { dockerVariables } from "../../local-cloud/codebuild/docker-access.ts";
import { docker } from "../../local-cloud/index.ts";
import { startBuildspecWorld, type BuildspecWorld } from "./local-cloud/buildspec-world.ts";

const compose = `services:
  web: {image: "shop/web:\${IMAGE_TAG:-latest}", build: ., expose: [3000]}
  proxy: {build: ./proxy, ports: [8080]}
`;
const commit = "0123abc4567890123456789012345678901234ab";
const third = "beef123aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const other = "cafe123aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

describe("a promotion from staging to production, with IAM enforced", function () {
  this.timeout(120_000);
  let world: BuildspecWorld;
  let env: Readonly<Record<string, string>>;
  const staging = (image: string, tag: string) => `${world.registry}/shop/staging/${image}:${tag}`;

  before(async () => {
    world = await startBuildspecWorld();
    await world.environment(compose, { promoteFrom: "staging" });
    for (const image of ["web", "proxy"]) await world.repository(`shop/staging/${image}`);
    env = await dockerVariables(true, join(world.directory, "docker"), process.env);
    const { authorizationData = [] } = await world.ecr.send(new GetAuthorizationTokenCommand({}));
    const token = Buffer.from(authorizationData[0]?.authorizationToken ?? "", "base64").toString();
    const input = token.slice(token.indexOf(":") + 1);
    await docker(["login", "--username", "AWS", "--password-stdin", world.registry], { env, input });
    await pushImage("0123abc");
    // An image of several architectures is an index.
    await docker(["buildx", "imagetools", "create", "--tag", staging("proxy", "latest"), staging("web", "0123abc")], {
      env,
    });
    await tag("shop/staging/proxy", "latest", "0123abc");
  });
  after(() => world.close());

  const pushImage = async (commitTag: string): Promise<void> => {
    const context = join(world.directory, commitTag);
    mkdirSync(context);
    writeFileSync(join(context, "Dockerfile"), "FROM scratch\nCOPY one /\nCOPY two /\n");
    for (const file of ["one", "two"]) writeFileSync(join(context, file), `${file} of ${commitTag}`);
    // As buildspec.yml builds.
    const build = { BUILDX_NO_DEFAULT_ATTESTATIONS: "1" };
    await docker(["build", "--quiet", "--tag", staging("web", commitTag), context], { env: build });
    await docker(["push", "--quiet", staging("web", commitTag)], { env });
    await docker(["rmi", staging("web", commitTag)]);
  };

  /** Gives an image another tag, as the Verify step does. */
  const tag = async (repositoryName: string, there: string, imageTag: string): Promise<void> => {
    const { images = [] } = await world.ecr.send(
      new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: there }] }),
    );
    const { imageManifest, imageManifestMediaType } = images[0] ?? {};
    await world.ecr.send(new PutImageCommand({ repositoryName, imageTag, imageManifest, imageManifestMediaType }));
  };

  it("is refused for a commit that was not verified, before anything is copied", async () => {
    await tag("shop/staging/web", "0123abc", "verified-0123abc");
    const { status, logTail } = await world.build(commit);
    expect(status).to.equal("FAILED");
    expect(logTail.join("\n")).to.include(
      "proxy: commit 0123abc was never verified in staging (no verified-0123abc in shop/staging/proxy); release it there first, or unset promoteFrom",
    );
    expect([await world.tags("shop/production/web"), await world.tags("shop/production/proxy")]).to.deep.equal([
      {},
      {},
    ]);
  });

  it("copies each image by its digest, with all its layers, and builds nothing", async () => {
    await tag("shop/staging/proxy", "0123abc", "verified-0123abc");
    const { status, logTail } = await world.build(commit);
    expect(status, logTail.join("\n")).to.equal("SUCCEEDED");
    for (const image of ["web", "proxy"]) {
      const { "verified-0123abc": digest = "" } = await world.tags(`shop/staging/${image}`);
      expect(digest).to.match(/^sha256:/);
      expect(await world.tags(`shop/production/${image}`)).to.deep.equal({ "0123abc": digest, latest: digest });
      const copied = `${world.registry}/shop/production/${image}@${digest}`;
      await docker(["pull", "--quiet", copied], { env });
      const id = await docker(["create", copied, "none"]);
      expect(await docker(["cp", `${id}:/two`, "-"])).to.include("two of 0123abc");
      await docker(["rm", id]);
      await docker(["rmi", copied]);
    }
  });

  it("does nothing twice", async () => {
    const before = await world.tags("shop/production/web");
    const { status, logTail } = await world.build(commit);
    expect([status, await world.tags("shop/production/web")], logTail.join("\n")).to.deep.equal(["SUCCEEDED", before]);
  });

  it("refuses a commit whose image here is not the verified one", async () => {
    await docker(["buildx", "imagetools", "create", "--tag", staging("web", "latest"), staging("web", "0123abc")], {
      env,
    });
    await tag("shop/staging/web", "latest", "verified-cafe123");
    await tag("shop/staging/proxy", "0123abc", "verified-cafe123");
    await tag("shop/production/web", "0123abc", "cafe123");
    const before = await world.tags("shop/production/proxy");
    const [own, verified] = await Promise.all([world.tags("shop/production/web"), world.tags("shop/staging/web")]);
    const { status, logTail } = await world.build(other);
    expect([status, await world.tags("shop/production/proxy")]).to.deep.equal(["FAILED", before]);
    expect(logTail.join("\n")).to.include(
      `web: cafe123 in shop/production/web is ${own["cafe123"] ?? ""}, but staging verified ${verified["verified-cafe123"] ?? ""}; release another commit`,
    );
  });

  it("moves no tag when the role may not read a layer of the other environment", async () => {
    await pushImage("beef123");
    await tag("shop/staging/web", "beef123", "verified-beef123");
    await tag("shop/staging/proxy", "0123abc", "verified-beef123");
    const before = await world.tags("shop/production/web");
    const named = { RoleName: "shop-production-build", PolicyName: "statements" };
    const { PolicyDocument = "" } = await world.iam.send(new GetRolePolicyCommand(named));
    const without = decodeURIComponent(PolicyDocument).replace(/,?"ecr:GetDownloadUrlForLayer"/, "");
    await world.iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument: without }));
    const { status, logTail } = await world.build(third);
    expect([status, await world.tags("shop/production/web")]).to.deep.equal(["FAILED", before]);
    expect(logTail.join("\n")).to.match(
      /is not authorized to perform: ecr:GetDownloadUrlForLayer on resource: \S+:repository\/shop\/staging\/web/,
    );
  });
});
