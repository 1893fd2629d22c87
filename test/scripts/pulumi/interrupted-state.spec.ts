import { expect } from "chai";
import { interruptedState, type ExportedState } from "../../../scripts/pulumi/interrupted-state.ts";

const resource = (type: string, name: string, inputs: Record<string, unknown> = {}) => ({
  urn: `urn:pulumi:staging::shop::${type}::${name}`,
  type,
  inputs,
});
const stack = resource("pulumi:pulumi:Stack", "shop-staging");
const exported = (resources: readonly object[], operations: readonly object[] | undefined): ExportedState =>
  ({
    version: 3,
    deployment: { manifest: {}, resources, ...(operations && { pending_operations: operations }) },
  }) as unknown as ExportedState;

describe("the state after an operation that was killed", () => {
  it("is in order if nothing is pending", () => {
    expect([interruptedState(exported([stack], undefined)), interruptedState(exported([stack], []))]).to.deep.equal([
      undefined,
      undefined,
    ]);
  });

  it("lets a refresh look for what was being created by its name, and says which resources have no name", () => {
    const role = resource("aws:iam/role:Role", "build", { name: "shop-staging-build" });
    const service = resource("aws:ecs/service:Service", "shop-staging", {
      cluster: "arn:aws:ecs:us-east-1:0:cluster/shop-staging",
      name: "shop-staging",
    });
    const vpc = resource("aws:ec2/vpc:Vpc", "shop-staging", { cidrBlock: "10.0.0.0/16" });
    const table = { ...resource("aws:ssm/parameter:Parameter", "TOKEN", { name: "/t" }), id: "/t" };
    const pending = [
      { resource: role, type: "creating" },
      { resource: service, type: "creating" },
      { resource: vpc, type: "creating" },
      { resource: resource("aws:iam/rolePolicy:RolePolicy", "build", { name: "statements" }), type: "creating" },
      { resource: table, type: "updating" },
    ];
    const found = interruptedState(exported([stack, table], pending));
    expect(found).to.deep.equal({
      lines: [
        "role build: was being created; it is looked for in AWS",
        "service shop-staging: was being created; it is looked for in AWS",
        "vpc shop-staging: was being created; if AWS has created it, Pulumi does not know it: look for it, and delete it by hand",
        "role policy build: was being created; it is created again",
        "parameter TOKEN: was updating when it was interrupted; it is read again",
      ],
      settled: exported(
        [stack, table, { ...role, id: "shop-staging-build" }, { ...service, id: "shop-staging/shop-staging" }],
        undefined,
      ),
    });
  });

  it("lets a refresh read a known resource that was being created again, instead of adding it twice", () => {
    const role = resource("aws:iam/role:Role", "build", { name: "shop-staging-build" });
    const found = interruptedState(exported([stack, { ...role, id: "x" }], [{ resource: role, type: "creating" }]));
    expect(found?.settled).to.deep.equal(exported([stack, { ...role, id: "x" }], undefined));
  });

  it("has no name for a resource with an unknown input", () => {
    const role = resource("aws:iam/role:Role", "build", { name: { secret: true } });
    const found = interruptedState(exported([stack], [{ resource: role, type: "creating" }]));
    expect(found?.settled).to.deep.equal(exported([stack], undefined));
  });
});
