import { expect } from "chai";
import { ownPackage, ownRequirements, packageOf } from "../../../scripts/init/own-package.ts";

const folder = "/home/ann/.npm/_npx/1f/node_modules/compose-ecs-pipeline/dist/scripts/init";

/** What `init` finds when npm has noted this in its hidden lock file. */
const installed = (noted: object | undefined) =>
  ownPackage(folder, (path) =>
    path === "/home/ann/.npm/_npx/1f/node_modules/.package-lock.json" && noted !== undefined
      ? JSON.stringify({ packages: { "node_modules/compose-ecs-pipeline": noted } })
      : undefined,
  );

describe("ownPackage", () => {
  it("copies the tarball from which npm has installed it; npm notes its path from the folder of node_modules", () => {
    expect(
      installed({ version: "0.2.0", resolved: "file:../../../shop/compose-ecs-pipeline-0.2.0.tgz" }),
    ).to.deep.equal({
      specification: "file:./compose-ecs-pipeline-0.2.0.tgz",
      tarball: "/home/ann/shop/compose-ecs-pipeline-0.2.0.tgz",
    });
  });

  for (const resolved of [
    "https://example.com/compose-ecs-pipeline-0.2.0.tgz",
    "git+ssh://git@github.com/acme/pipeline.git#5ca1ab1e",
  ]) {
    it(`names ${resolved} if npm has installed it from there`, () => {
      expect(installed({ version: "0.2.0", resolved })).to.deep.equal({ specification: resolved });
    });
  }

  it("knows nothing of a linked folder, of an installation without the file, or of a checkout", () => {
    expect([
      installed({ resolved: "../pipeline", link: true }),
      installed({}),
      installed(undefined),
      ownPackage("/src/pipeline/scripts/init", () => "{}"),
    ]).to.deep.equal([undefined, undefined, undefined, undefined]);
  });
});

describe("packageOf", () => {
  it("takes a tarball, a URL or a Git repository, and never a version alone", () => {
    const given = [
      "./a/compose-ecs-pipeline-1.0.0.tgz",
      "file:b.tgz",
      "https://example.com/c.tgz",
      "git+https://example.com/d.git",
      "github:acme/e",
      "1.0.0",
      "^1.0.0",
      "latest",
      "compose-ecs-pipeline",
    ];
    expect(given.map((one) => packageOf(one, "/shop")?.specification)).to.deep.equal([
      "file:./compose-ecs-pipeline-1.0.0.tgz",
      "file:./b.tgz",
      "https://example.com/c.tgz",
      "git+https://example.com/d.git",
      "github:acme/e",
      ...[undefined, undefined, undefined, undefined],
    ]);
  });
});

describe("ownRequirements", () => {
  it("are the exact versions of Pulumi in this package's package.json", () => {
    const { node, pulumi } = ownRequirements();
    expect(Object.keys(pulumi)).to.deep.equal(["@pulumi/pulumi", "@pulumi/aws", "@pulumi/awsx"]);
    for (const version of Object.values(pulumi)) expect(version).to.match(/^\d+\.\d+\.\d+$/);
    expect(node).to.match(/^>=\d/);
  });
});
