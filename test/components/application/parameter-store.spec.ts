import { expect } from "chai";
import { ParameterStore } from "../../../components/application/parameter-store.ts";
import { seen, settled, startCloud } from "../../support/cloud.ts";

const path = "/shop/staging";

describe("the parameter store", () => {
  beforeEach(() => startCloud());

  it("encrypts secrets and leaves settings readable, in the order of their names", async () => {
    const secrets = { DATABASE_URL: "postgres://" };
    new ParameterStore("shop-staging", { path, settings: { LOG_LEVEL: "info", A: "1" }, secrets });
    await settled();
    expect(seen()).to.deep.equal([
      [
        "aws:ssm/parameter:Parameter",
        "shop-staging-A",
        { insecureValue: "1", name: "/shop/staging/A", type: "String" },
        { parent: "ParameterStore shop-staging", additionalSecretOutputs: ["value", "valueWo"] },
      ],
      [
        "aws:ssm/parameter:Parameter",
        "shop-staging-DATABASE_URL",
        { name: "/shop/staging/DATABASE_URL", type: "SecureString", value: "postgres://" },
        { parent: "ParameterStore shop-staging", additionalSecretOutputs: ["value", "valueWo"], secrets: ["value"] },
      ],
      [
        "aws:ssm/parameter:Parameter",
        "shop-staging-LOG_LEVEL",
        { insecureValue: "info", name: "/shop/staging/LOG_LEVEL", type: "String" },
        { parent: "ParameterStore shop-staging", additionalSecretOutputs: ["value", "valueWo"] },
      ],
      ["compose-ecs-pipeline:index:ParameterStore", "shop-staging", {}, {}],
    ]);
  });

  it("protects parameters that production cannot create again", async () => {
    new ParameterStore("shop-production", { path, secrets: { TOKEN: "x" }, protect: true });
    await settled();
    expect(seen().map(([, name, , options]) => [name, options])).to.deep.equal([
      [
        "shop-production-TOKEN",
        {
          parent: "ParameterStore shop-production",
          protect: true,
          additionalSecretOutputs: ["value", "valueWo"],
          secrets: ["value"],
        },
      ],
      ["shop-production", {}],
    ]);
  });

  it("creates no existing parameter again, and names all of them", async () => {
    const store = new ParameterStore("shop-staging", {
      path,
      settings: { LOG_LEVEL: "info" },
      existing: { DATABASE_URL: "/shared/database" },
    });
    await settled();
    expect(seen().map(([type, name]) => [type, name])).to.deep.equal([
      ["aws:ssm/parameter:Parameter", "shop-staging-LOG_LEVEL"],
      ["compose-ecs-pipeline:index:ParameterStore", "shop-staging"],
    ]);
    expect(store.names).to.deep.equal({ DATABASE_URL: "/shared/database", LOG_LEVEL: "/shop/staging/LOG_LEVEL" });
  });
});
