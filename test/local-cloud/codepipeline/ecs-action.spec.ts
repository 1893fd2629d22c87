import { expect } from "chai";
import { isDeployed, nextRevision } from "../../../local-cloud/codepipeline/ecs-action.ts";
import { readImageDefinitions, replaceImages } from "../../../local-cloud/codepipeline/image-definitions.ts";

describe("image definitions (CodePipeline user guide, image definitions file reference)", () => {
  const read = (text: string | undefined) =>
    readImageDefinitions("imagedefinitions.json", text === undefined ? undefined : new TextEncoder().encode(text));

  it("are an array of names and images and nothing else, with a maximum of 100 KB", () => {
    const invalid = "The image definition file imagedefinitions.json contains invalid JSON format";
    expect(read('[{"name":"web","imageUri":"x/web:1"}]')).to.deep.equal([{ name: "web", imageUri: "x/web:1" }]);
    for (const text of ["{", "{}", "[]", '[{"name":"web"}]', '[{"name":"web","imageUri":"x","tag":"1"}]']) {
      expect(() => read(text), text).to.throw(invalid);
    }
    expect(() => read(`[${" ".repeat(102_400)}]`)).to.throw("larger than the limit of 100 KB");
    expect(() => read(undefined)).to.throw("Did not find the image definition file imagedefinitions.json");
  });

  it("replace images by the names of containers, each of which must exist", () => {
    const containers = [
      { name: "proxy", image: "x/proxy:1" },
      { name: "web", image: "x/web:1" },
    ];
    expect(replaceImages(containers, [{ name: "web", imageUri: "x/web:2" }])).to.deep.equal([
      { name: "proxy", image: "x/proxy:1" },
      { name: "web", image: "x/web:2" },
    ]);
    expect(() => replaceImages(containers, [{ name: "worker", imageUri: "x" }])).to.throw(
      "The Amazon ECS service's task definition does not have a container with the name worker",
    );
  });
});

describe("the ECS action (CodePipeline user guide, Amazon ECS deploy action reference)", () => {
  it("registers the service's revision with other images, its tags, and without versionConsistency", () => {
    const current = {
      taskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging:4",
      family: "shop-staging",
      revision: 4,
      status: "ACTIVE" as const,
      registeredAt: new Date(),
      registeredBy: "root",
      compatibilities: ["FARGATE" as const],
      requiresCompatibilities: ["FARGATE" as const],
      cpu: "256",
      containerDefinitions: [
        { name: "web", image: "x/web:1", versionConsistency: "enabled" as const, dockerLabels: { a: "b" } },
      ],
    };
    expect(
      nextRevision(current, [{ key: "team", value: "shop" }], [{ name: "web", imageUri: "x/web:2" }]),
    ).to.deep.equal({
      family: "shop-staging",
      requiresCompatibilities: ["FARGATE"],
      cpu: "256",
      containerDefinitions: [{ name: "web", image: "x/web:2", dockerLabels: { a: "b" } }],
      tags: [{ key: "team", value: "shop" }],
    });
  });

  it("loses the fields that its SDK is said not to know, of containers and of the task definition, and no others", () => {
    const current = {
      family: "shop-staging",
      cpu: "256",
      enableFaultInjection: true,
      containerDefinitions: [
        {
          name: "web",
          image: "x/web:1",
          versionConsistency: "enabled" as const,
          readonlyRootFilesystem: true,
          restartPolicy: { enabled: true },
        },
      ],
    };
    const next = nextRevision(current, [], [], ["restartPolicy", "enableFaultInjection"]);
    expect(next).to.deep.equal({
      family: "shop-staging",
      cpu: "256",
      containerDefinitions: [
        { name: "web", image: "x/web:1", versionConsistency: "enabled", readonlyRootFilesystem: true },
      ],
    });
    expect(nextRevision(current, [], [], [])).to.deep.equal(current);
  });

  it("ends when its revision is primary, has all its tasks and is alone; it does not end at a rollback", () => {
    const deployment = (taskDefinition: string, runningCount: number, status = "PRIMARY") => ({
      status,
      taskDefinition,
      desiredCount: 2,
      runningCount,
    });
    expect([
      isDeployed({ deployments: [deployment("new", 2)] }, "new"),
      isDeployed({ deployments: [deployment("new", 1)] }, "new"),
      isDeployed({ deployments: [deployment("new", 2), deployment("old", 1, "ACTIVE")] }, "new"),
      isDeployed({ deployments: [deployment("old", 2)] }, "new"),
    ]).to.deep.equal([true, false, false, false]);
  });
});
