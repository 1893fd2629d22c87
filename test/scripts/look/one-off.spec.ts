import { expect } from "chai";
import { oneOff } from "../../../scripts/look/one-off.ts";

const service = {
  serviceName: "shop-staging",
  platformVersion: "1.4.0",
  networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"], securityGroups: ["sg-1"] } },
};
const web = {
  name: "web",
  image: "registry/web:8cf40f2",
  essential: true,
  healthCheck: { command: ["CMD", "curl"] },
  secrets: [{ name: "TOKEN", valueFrom: "arn:token" }],
  dependsOn: [{ containerName: "files", condition: "SUCCESS" }],
} as const;
const files = { name: "files", image: "registry/files:1", essential: false } as const;
const proxy = { name: "proxy", essential: true, dependsOn: [{ containerName: "web", condition: "HEALTHY" }] } as const;
const definition = {
  taskDefinitionArn: "arn:task-definition/shop-staging:7",
  family: "shop-staging",
  revision: 7,
  status: "ACTIVE",
  taskRoleArn: "arn:task",
  executionRoleArn: "arn:execution",
  networkMode: "awsvpc",
  cpu: "512",
  memory: "1024",
  volumes: [{ name: "web" }],
  requiresCompatibilities: ["FARGATE"],
} as const;

const decide = (containerDefinitions: readonly object[], container: string, person = "mia") =>
  oneOff({
    cluster: "shop-staging",
    service,
    container,
    command: ["rake", "db:seed"],
    person,
    definition: { ...definition, containerDefinitions } as never,
  });

describe("a one-off task", () => {
  it("starts the chosen container and those that it waits for, in the service's network, and ends with the chosen one", () => {
    expect(decide([proxy, web, files], "web")).to.deep.equal({
      service: "shop-staging",
      revision: "shop-staging:7",
      container: "web",
      others: ["files"],
      definition: {
        family: "shop-staging_run",
        taskRoleArn: "arn:task",
        executionRoleArn: "arn:execution",
        networkMode: "awsvpc",
        volumes: [{ name: "web" }],
        cpu: "512",
        memory: "1024",
        requiresCompatibilities: ["FARGATE"],
        runtimePlatform: undefined,
        ephemeralStorage: undefined,
        enableFaultInjection: undefined,
        ipcMode: undefined,
        pidMode: undefined,
        placementConstraints: undefined,
        proxyConfiguration: undefined,
        containerDefinitions: [{ ...web, healthCheck: undefined }, files],
      },
      task: {
        cluster: "shop-staging",
        count: 1,
        launchType: "FARGATE",
        platformVersion: "1.4.0",
        startedBy: "run/mia",
        networkConfiguration: service.networkConfiguration,
        overrides: { containerOverrides: [{ name: "web", command: ["rake", "db:seed"] }] },
      },
    });
  });

  it("also starts what those containers wait for, and none of them ends the task", () => {
    const middle = { name: "middle", dependsOn: [{ containerName: "web", condition: "START" }] };
    const last = { name: "last", essential: false, dependsOn: [{ containerName: "middle", condition: "START" }] };
    const { others, definition: made } = decide([proxy, web, files, middle, last], "last");
    expect([others, made?.containerDefinitions?.map(({ name, essential }) => [name, essential])]).to.deep.equal([
      ["web", "files", "middle"],
      [
        ["web", false],
        ["files", false],
        ["middle", false],
        ["last", true],
      ],
    ]);
  });

  it("needs no separate revision if the service's has only one container", () => {
    const { others, definition: made } = decide([files], "files");
    expect([others, made]).to.deep.equal([[], undefined]);
  });

  it("says who started it, in the characters that ECS accepts and at most 128 of them", () => {
    expect(decide([files], "files", "ACME\\mia.k").task.startedBy).to.equal("run/ACME-mia-k");
    expect(decide([files], "files", "m".repeat(200)).task.startedBy).to.have.lengthOf(128);
  });
});
