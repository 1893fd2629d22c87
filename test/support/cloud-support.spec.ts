import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { cloud, only, settled, startCloud, valueOf } from "./cloud.ts";

class Box extends pulumi.ComponentResource {
  constructor(name: string) {
    super("compose-ecs-pipeline:index:Box", name, {});
    const role = new aws.iam.Role(
      `${name}-role`,
      { name: `${name}-role`, assumeRolePolicy: "{}" },
      { parent: this, protect: true },
    );
    const value = pulumi.secret("hidden");
    new aws.ssm.Parameter(
      `${name}-word`,
      { name: "/word", type: "SecureString", value, description: role.arn },
      { parent: this, ignoreChanges: ["value"], retainOnDelete: true, aliases: [{ name: "old-word" }] },
    );
    this.registerOutputs({});
  }
}

describe("the recorder of registrations", () => {
  beforeEach(() => startCloud());

  it("shows parents, options, dependencies and what is secret", async () => {
    new Box("box");
    await settled();
    expect(cloud).to.deep.equal([
      {
        type: "aws:iam/role:Role",
        name: "box-role",
        inputs: { name: "box-role", assumeRolePolicy: "{}" },
        secrets: [],
        options: { parent: "Box box", protect: true },
        dependencies: [],
      },
      {
        type: "aws:ssm/parameter:Parameter",
        name: "box-word",
        inputs: {
          name: "/word",
          type: "SecureString",
          value: "hidden",
          description: "arn:aws:iam::000000000000:role/box-role",
        },
        secrets: ["value"],
        options: {
          parent: "Box box",
          retainOnDelete: true,
          ignoreChanges: ["value"],
          additionalSecretOutputs: ["value", "valueWo"],
          aliases: ["old-word"],
        },
        dependencies: ["Role box-role"],
      },
      { type: "compose-ecs-pipeline:index:Box", name: "box", inputs: {}, secrets: [], options: {}, dependencies: [] },
    ]);
  });

  it("starts each test with an empty account", () => {
    expect(cloud).to.deep.equal([]);
  });

  it("gives a network its subnets", async () => {
    const { publicSubnetIds } = new awsx.ec2.Vpc("shop", {});
    await settled();
    expect(await valueOf(publicSubnetIds)).to.deep.equal(["subnet-shop-public-a", "subnet-shop-public-b"]);
  });

  it("answers the provider's functions from the test's table", async () => {
    await startCloud({ answers: { "aws:ssm/getParameter:getParameter": ({ name }) => ({ name, value: "x" }) } });
    const { name } = await aws.ssm.getParameter({ name: "/shop/staging/A" });
    expect(name).to.equal("/shop/staging/A");
  });

  it("refuses a function the test did not expect", async () => {
    const failure = await aws.ssm.getParameter({ name: "/a" }).catch((error: unknown) => String(error));
    expect(failure).to.include(
      'aws:ssm/getParameter:getParameter: the test has no answer to {"name":"/a"}; give one in answers',
    );
  });

  it("says which registrations there are when the one asked for is not", () => {
    expect(() => only("aws:iam/role:Role")).to.throw("aws:iam/role:Role : 0 registrations; of ");
  });
});
