import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { releaseTaskDefinitions } from "../../../components/service/release-task-definitions.ts";
import { only, seen, settled, startCloud } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";
import { container } from "../../support/task.ts";

describe("the task definitions of a release", () => {
  beforeEach(() => startCloud());

  it("are a family for each release service, with that task's size, volumes and log stream", async () => {
    const migrate = container("migrate", {
      image: { built: "web" },
      secrets: { TOKEN: "TOKEN" },
      mounts: [{ volume: "tmp", path: "/tmp", readOnly: false }],
      size: { cpu: 512, memoryMiB: 1024 },
    });
    const warm = container("warm", { image: { reference: "curl:8" } });
    releaseTaskDefinitions(
      "shop-staging",
      {
        names: staging,
        application: { efs: {}, release: [migrate, warm], releaseFiles: {} },
        parameterNames: { TOKEN: "/shop/staging/TOKEN" },
        repositories: { web: pulumi.output("registry/shop/staging/web") },
      },
      {},
    );
    await settled();
    expect(seen()).to.deep.equal([
      [
        "aws:ecs/taskDefinition:TaskDefinition",
        "shop-staging-migrate",
        {
          containerDefinitions: [
            {
              name: "migrate",
              essential: true,
              environment: [],
              secrets: [
                { name: "TOKEN", valueFrom: "arn:aws:ssm:us-east-1:000000000000:parameter/shop/staging/TOKEN" },
              ],
              portMappings: [],
              dependsOn: [],
              readonlyRootFilesystem: false,
              cpu: 0,
              mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }],
              volumesFrom: [],
              systemControls: [],
              logConfiguration: {
                logDriver: "awslogs",
                options: {
                  "awslogs-group": "/ecs/shop-staging",
                  "awslogs-region": "us-east-1",
                  "awslogs-stream-prefix": "shop-staging-migrate",
                },
              },
              image: "registry/shop/staging/web:latest",
              dockerLabels: {
                "compose-ecs-pipeline.compose": '{"size":"00000000"}',
                "compose-ecs-pipeline.template": "6af0f1c6b9f22778",
              },
            },
          ],
          cpu: "512",
          executionRoleArn: "arn:aws:iam::000000000000:role/shop-staging-execution",
          family: "shop-staging-migrate",
          memory: "1024",
          networkMode: "awsvpc",
          requiresCompatibilities: ["FARGATE"],
          skipDestroy: true,
          taskRoleArn: "arn:aws:iam::000000000000:role/shop-staging-task",
          volumes: [{ name: "tmp" }],
        },
        {},
      ],
      [
        "aws:ecs/taskDefinition:TaskDefinition",
        "shop-staging-warm",
        {
          containerDefinitions: [
            {
              name: "warm",
              image: "curl:8",
              essential: true,
              environment: [],
              secrets: [],
              portMappings: [],
              dependsOn: [],
              readonlyRootFilesystem: false,
              cpu: 0,
              mountPoints: [],
              volumesFrom: [],
              systemControls: [],
              logConfiguration: {
                logDriver: "awslogs",
                options: {
                  "awslogs-group": "/ecs/shop-staging",
                  "awslogs-region": "us-east-1",
                  "awslogs-stream-prefix": "shop-staging-warm",
                },
              },
              dockerLabels: {
                "compose-ecs-pipeline.compose": '{"size":"00000000"}',
                "compose-ecs-pipeline.template": "1727b4683a06df4e",
              },
            },
          ],
          cpu: "256",
          executionRoleArn: "arn:aws:iam::000000000000:role/shop-staging-execution",
          family: "shop-staging-warm",
          memory: "512",
          networkMode: "awsvpc",
          requiresCompatibilities: ["FARGATE"],
          skipDestroy: true,
          taskRoleArn: "arn:aws:iam::000000000000:role/shop-staging-task",
          volumes: [],
        },
        {},
      ],
    ]);
  });

  it("include the container that writes their files, which may end before the main one starts", async () => {
    const mounts = (readOnly: boolean) => [{ volume: "migrate-files", path: "/run/secrets", readOnly }];
    const migrate = container("migrate", {
      dependsOn: [{ container: "migrate-files", condition: "SUCCESS" }],
      mounts: mounts(true),
    });
    const writer = container("migrate-files", { image: { reference: "box:1" }, mounts: mounts(false) });
    const application = { efs: {}, release: [migrate], releaseFiles: { migrate: writer } };
    const repositories = { migrate: pulumi.output("registry/migrate") };
    releaseTaskDefinitions("shop-staging", { names: staging, application, parameterNames: {}, repositories }, {});
    await settled();
    const { containerDefinitions, volumes } = only("aws:ecs/taskDefinition:TaskDefinition").inputs;
    const definitions = JSON.parse(String(containerDefinitions)) as Record<string, unknown>[];
    expect([definitions.map(({ name, image, essential }) => [name, image, essential]), volumes]).to.deep.equal([
      [
        ["migrate", "registry/migrate:latest", true],
        ["migrate-files", "box:1", false],
      ],
      [{ name: "migrate-files" }],
    ]);
  });

  it("run on the service's architecture", async () => {
    const platform = { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" };
    const args = {
      names: staging,
      application: { efs: {}, release: [container("migrate")], releaseFiles: {} },
      parameterNames: {},
    };
    releaseTaskDefinitions("shop-staging", { ...args, repositories: {}, architecture: "arm64" }, {});
    await settled();
    expect(only("aws:ecs/taskDefinition:TaskDefinition").inputs["runtimePlatform"]).to.deep.equal(platform);
  });
});
