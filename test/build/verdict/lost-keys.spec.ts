import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { templateLabel } from "../../../compose/index.ts";
import { lostKeys } from "../../../build/verdict/lost-keys.ts";

const web: ContainerDefinition = {
  name: "web",
  image: "registry/web:latest",
  essential: true,
  environment: [
    { name: "A", value: "1" },
    { name: "B", value: "2" },
  ],
  command: ["bin/web", "--port"],
  healthCheck: { command: ["CMD", "true"], startPeriod: 30 },
  restartPolicy: { enabled: true, ignoredExitCodes: [0] },
  versionConsistency: "disabled",
  stopTimeout: 60,
  dockerLabels: { [templateLabel]: "1234", team: "shop", "compose-ecs-pipeline.parameters": "{}" },
};

const meant: TaskDefinition = {
  taskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/shop:12",
  revision: 12,
  registeredAt: new Date(0),
  family: "shop",
  cpu: "256",
  volumes: [],
  ephemeralStorage: { sizeInGiB: 30 },
  enableFaultInjection: true,
  containerDefinitions: [web],
};

/** The copy that the ECS action registers, with changes. */
const copy = (container: Partial<ContainerDefinition>, task: Partial<TaskDefinition> = {}): TaskDefinition => ({
  ...meant,
  taskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/shop:13",
  revision: 13,
  registeredAt: new Date(1),
  registeredBy: "arn:aws:sts::000000000000:assumed-role/shop-pipeline/1",
  ...task,
  containerDefinitions: [{ ...web, image: "registry/web:0123abc", ...container }],
});

const nothing = { heavy: [], light: [] };

describe("what a deployed revision has lost", () => {
  it("is nothing if only the released images are others", () => {
    expect(lostKeys(meant, copy({}), ["web"])).to.deep.equal(nothing);
    expect(lostKeys(meant, copy({}), [])).to.deep.equal({ heavy: ["web: image: different"], light: [] });
  });

  it("is each missing key of a container and of the task, with its path", () => {
    const deployed = copy(
      { healthCheck: { command: ["CMD", "true"] }, essential: undefined },
      { ephemeralStorage: undefined },
    );
    expect(lostKeys(meant, deployed, ["web"])).to.deep.equal({
      heavy: ["ephemeralStorage: missing", "web: essential: missing", "web: healthCheck.startPeriod: missing"],
      light: [],
    });
  });

  it("is light for keys about recovery, limits of time, experiments and labels", () => {
    const deployed = copy(
      {
        restartPolicy: undefined,
        versionConsistency: undefined,
        stopTimeout: undefined,
        dockerLabels: { [templateLabel]: "1234" },
      },
      { enableFaultInjection: undefined },
    );
    expect(lostKeys(meant, deployed, ["web"])).to.deep.equal({
      heavy: [],
      light: [
        "enableFaultInjection: missing",
        "web: dockerLabels.team: missing",
        "web: restartPolicy: missing",
        "web: stopTimeout: missing",
        "web: versionConsistency: missing",
      ],
    });
  });

  it("includes keys with another value, added keys and missing containers", () => {
    const deployed = copy({ command: ["--port", "bin/web"], user: "root" });
    expect(lostKeys(meant, deployed, ["web"])?.heavy).to.deep.equal(["web: command: different", "web: user: added"]);
    const bare = { ...meant, containerDefinitions: [web, { ...web, name: "proxy" }] };
    expect(lostKeys(bare, copy({}), ["web"])?.heavy).to.deep.equal(["proxy: missing"]);
    expect(lostKeys(meant, { ...bare, containerDefinitions: [...bare.containerDefinitions] }, [])?.heavy).to.deep.equal(
      ["proxy: added"],
    );
  });

  it("names variables, secrets and volumes", () => {
    const deployed = copy(
      { environment: [{ name: "B", value: "3" }], secrets: [{ name: "TOKEN", valueFrom: "/other/TOKEN" }] },
      { volumes: [{ name: "files" }] },
    );
    expect(lostKeys(meant, deployed, ["web"])?.heavy).to.deep.equal([
      "volumes.files: added",
      "web: environment.A: missing",
      "web: environment.B: different",
      "web: secrets.TOKEN: added",
    ]);
  });

  it("is nothing for another order of variables, or an empty list in place of a missing one", () => {
    const deployed = copy(
      { environment: web.environment?.toReversed() ?? [], mountPoints: [] },
      { volumes: undefined },
    );
    expect(lostKeys(meant, deployed, ["web"])).to.deep.equal(nothing);
  });

  it("is nothing for our own labels, which name parameters and keys of a Compose file", () => {
    const labels = { ...web.dockerLabels, "compose-ecs-pipeline.parameters": '{"A":2}' };
    expect(lostKeys(meant, copy({ dockerLabels: labels }), ["web"])).to.deep.equal(nothing);
  });

  it("is not known for a revision of another template, or without a template", () => {
    const other = copy({ dockerLabels: { [templateLabel]: "9999" }, command: ["other"] });
    const none = copy({ dockerLabels: {} });
    const bare = { ...meant, containerDefinitions: [{ ...web, dockerLabels: {} }] };
    expect([lostKeys(meant, other, []), lostKeys(meant, none, []), lostKeys(bare, none, [])]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
