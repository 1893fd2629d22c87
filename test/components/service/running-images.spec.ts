import { expect } from "chai";
import { type Answer } from "../../support/cloud.ts";
import { runProgram } from "../../support/program.ts";
import { changed, readyMade } from "../../support/settings.ts";
import { registry, runs, released, images, ignored, template } from "./running-bench.ts";

describe("the program that reads what runs", () => {
  beforeEach(() => runProgram({ stack: "staging" }));

  it("gives a new container the image that the last build pushed", async () => {
    const web = released("aaaaaaa").filter(({ name }) => name === "web");
    const asked: unknown[] = [];
    const getImage: Answer = (inputs) => {
      asked.push(inputs);
      return { ...inputs, imageTags: ["bbbbbbb", "latest"], imageUri: `${registry}/proxy@sha256:0` };
    };
    const labels = { "compose-ecs-pipeline.template": "another" };
    const answers = {
      ...runs(web.map((each) => ({ ...each, dockerLabels: labels }))),
      "aws:ecr/getImage:getImage": getImage,
    };
    await runProgram({ stack: "staging", answers });
    expect(asked).to.deep.equal([{ repositoryName: "shop/staging/proxy", imageTag: "latest" }]);
    expect(images()).to.deep.equal([`${registry}/proxy@sha256:0`, `${registry}/web:aaaaaaa`]);
  });

  it("waits for a commit if the last build had none, because its image could expire", async () => {
    const web = released("aaaaaaa").filter(({ name }) => name === "web");
    const labels = { "compose-ecs-pipeline.template": "another" };
    const imageUri = `${registry}/proxy@sha256:0`;
    const answers: Record<string, Answer> = {
      ...runs(web.map((each) => ({ ...each, dockerLabels: labels }))),
      "aws:ecr/getImage:getImage": (inputs) => ({ ...inputs, imageTags: ["cache", "latest"], imageUri }),
    };
    await runProgram({ stack: "staging", answers });
    expect(ignored()).to.deep.equal([template, ["desiredCount", "taskDefinition"]]);
  });

  it("gives a new container its ready-made image by the tag that releases, because that image does not expire", async () => {
    const web = released("aaaaaaa").filter(({ name }) => name === "web");
    const asked: unknown[] = [];
    const imageUri = `${registry}/proxy@sha256:0`;
    const answers: Record<string, Answer> = {
      ...runs(web.map((each) => ({ ...each, dockerLabels: { "compose-ecs-pipeline.template": "another" } }))),
      "aws:ecr/getImage:getImage": (inputs) => {
        asked.push(inputs["imageTag"]);
        return { ...inputs, imageTags: ["release"], imageUri };
      },
    };
    await runProgram({ stack: "staging", config: changed({ ...readyMade, sourceImageTag: "release" }), answers });
    expect(asked).to.deep.equal(["release"]);
    expect(images()).to.deep.equal([imageUri, `${registry}/web:aaaaaaa`]);
  });
});
