import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { strToU8, zipSync } from "fflate";
import { bucket } from "./pipeline-world.ts";
import { codePipelineBench, revision } from "./codepipeline-bench.ts";

describe("CodePipeline's ECS action", function () {
  this.timeout(60_000);
  const bench = codePipelineBench();
  const { asked, allow, action, build, create, ended, summaries } = bench;
  before(() => {
    bench.on.connections.finishHandshake(bench.connectionArn);
  });

  const images = [{ name: "web", imageUri: "127.0.0.1:1/shop/staging/web:a1b2c3d" }];
  const deploy = async (name: string, definitions: object, minutes = "10"): Promise<string> => {
    bench.on.commit(name, { "a.txt": "1" });
    bench.outcome = async ({ output }) => {
      const Body = zipSync({ "imagedefinitions.json": strToU8(JSON.stringify(definitions)) });
      await new S3Client(bench.on.local.asRoot).send(
        new PutObjectCommand({ Bucket: bucket, Key: output?.key ?? "", Body }),
      );
      return {};
    };
    const configuration = { ClusterName: "shop-staging", ServiceName: "shop-staging", DeploymentTimeout: minutes };
    return create(
      name,
      { name: "Build", actions: [build("b", { outputArtifacts: [{ name: "BuildOutput" }] })] },
      {
        name: "Release",
        actions: [action("Deploy", "Deploy", "ECS", { inputArtifacts: [{ name: "BuildOutput" }], configuration })],
      },
    );
  };

  it("registers the running revision with the new images and rolls the service over to it", async () => {
    const id = await deploy("deployed", images);
    expect((await ended("deployed", id)).status).to.equal("Succeeded");
    expect(
      asked.filter(([operation]) => ["RegisterTaskDefinition", "UpdateService"].includes(operation)),
    ).to.deep.equal([
      [
        "RegisterTaskDefinition",
        {
          family: "shop-staging",
          containerDefinitions: [
            { name: "web", image: images[0]?.imageUri },
            { name: "proxy", image: "p:1" },
          ],
          tags: [{ key: "team", value: "shop" }],
        },
      ],
      ["UpdateService", { cluster: "shop-staging", service: "shop-staging", taskDefinition: revision(2) }],
    ]);
  });

  it("fails for a name without a container, and does not change the service", async () => {
    const id = await deploy("unknown", [{ name: "worker", imageUri: "x" }]);
    expect((await ended("unknown", id)).status).to.equal("Failed");
    expect((await summaries("unknown", id)).at(-1)).to.deep.equal([
      "Deploy",
      "Failed",
      "The Amazon ECS service's task definition does not have a container with the name worker",
    ]);
    expect(asked.map(([operation]) => operation)).to.deep.equal(["DescribeServices", "DescribeTaskDefinition"]);
  });

  it("does not notice that ECS has rolled back, and fails at its time-out (containers-roadmap#1399)", async () => {
    bench.rollsBack = true;
    const id = await deploy("rolled", images, "1");
    expect((await ended("rolled", id)).status).to.equal("Failed");
    expect((await summaries("rolled", id)).at(-1)).to.deep.equal([
      "Deploy",
      "Failed",
      `The deployment of ${revision(2)} did not complete within 1 minutes`,
    ]);
  });

  for (const missing of ["ecs:UpdateService", "iam:PassRole"]) {
    it(`fails without ${missing}`, async () => {
      await allow([missing]);
      const name = `without-${missing.split(":")[1] ?? ""}`;
      const id = await deploy(name, images);
      expect((await ended(name, id)).status).to.equal("Failed");
      const [, , message] = (await summaries(name, id)).at(-1) as string[];
      expect(message).to.match(new RegExp(`is not authorized to perform: ${missing} on resource`, "u"));
    });
  }
});
