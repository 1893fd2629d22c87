import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { expect } from "chai";
import { registrationOf } from "../../../build/verdict/registration.ts";

const definition: TaskDefinition = {
  taskDefinitionArn: "arn:aws:ecs:us-east-1:000000000000:task-definition/shop:3",
  revision: 3,
  status: "ACTIVE",
  registeredAt: new Date(0),
  compatibilities: ["FARGATE"],
  family: "shop",
  cpu: "256",
  pidMode: "task",
  enableFaultInjection: true,
  containerDefinitions: [{ name: "web", image: "one" }],
};

const given = (input: object) => Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));

describe("the registration of a copy of a revision", () => {
  it("has all that the revision has, other containers, and nothing that ECS adds", () => {
    const containers = [{ name: "web", image: "two" }];
    const copy = { family: "shop", cpu: "256", pidMode: "task", enableFaultInjection: true };
    expect(given(registrationOf(definition, containers))).to.deep.equal({ ...copy, containerDefinitions: containers });
    expect(registrationOf(definition, containers, "shop_run").family).to.equal("shop_run");
  });
});
