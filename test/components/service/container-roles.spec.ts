import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ContainerRoles } from "../../../components/service/container-roles.ts";
import type { Application } from "../../../compose/index.ts";
import { cloud, only, settled, startCloud } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";
import { application, container, task } from "../../support/task.ts";

describe("the container roles", () => {
  beforeEach(() => startCloud());

  it("let the application do what its statements say", async () => {
    const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::files/*" } as const;
    const what = { names: staging, application: application(), parameterNames: {} };
    new ContainerRoles("shop-staging", { ...what, storeStatements: [statement] });
    await settled();
    expect(
      JSON.parse(String(only("aws:iam/rolePolicy:RolePolicy", "shop-staging-task-statements").inputs["policy"])),
    ).to.deep.equal({
      Version: "2012-10-17",
      Statement: [statement],
    });
  });

  it("may decrypt the secrets with customer managed keys, with one pattern for those of the environment", async () => {
    const secrets = { A: "A", B: "B", KEY: "KEY" };
    const parameterNames = { A: "/shop/staging/A", B: "/shop/staging/B", KEY: "shared.key" };
    const statementsWith = async (parameterKmsKeyArns: readonly string[], of: Readonly<Record<string, string>>) => {
      await startCloud();
      const services = [task({ containers: [container("web", { secrets: of })] })];
      new ContainerRoles("shop-staging", {
        names: staging,
        application: application({ services }),
        parameterNames,
        parameterKmsKeyArns,
      });
      await settled();
      const { inputs } = only("aws:iam/rolePolicy:RolePolicy", "shop-staging-execution-statements");
      const { Statement } = JSON.parse(String(inputs["policy"])) as { Statement: readonly { Action: unknown }[] };
      return Statement.filter(({ Action }) => String(Action).startsWith("kms:"));
    };
    const keys = ["b", "a"].map((id) => `arn:aws:kms:us-east-1:000000000000:key/${id}`);
    expect([
      await statementsWith(keys, secrets),
      await statementsWith([], secrets),
      await statementsWith(keys, {}),
    ]).to.deep.equal([
      [
        {
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: ["arn:aws:kms:us-east-1:000000000000:key/a", "arn:aws:kms:us-east-1:000000000000:key/b"],
          Condition: {
            StringEquals: { "kms:ViaService": "ssm.us-east-1.amazonaws.com" },
            StringLike: {
              "kms:EncryptionContext:PARAMETER_ARN": [
                "arn:aws:ssm:us-east-1:000000000000:parameter/shared.key",
                "arn:aws:ssm:us-east-1:000000000000:parameter/shop/staging/*",
              ],
            },
          },
        },
      ],
      [],
      [],
    ]);
  });

  it("start the containers with their images, logs and secrets, and let them do nothing else", async () => {
    const migrate = container("migrate", { image: { built: "web" }, secrets: { DATABASE_URL: "DATABASE_URL" } });
    const web = container("web", { secrets: { KEY: "SECRET_KEY", DATABASE_URL: "DATABASE_URL" } });
    new ContainerRoles("shop-staging", {
      names: staging,
      application: application({
        services: [task({ containers: [web] })],
        release: [migrate],
        releaseFiles: { migrate: container("migrate-files", { secrets: { PART_1: "TOKEN" } }) },
      }),
      parameterNames: { DATABASE_URL: "/shop/staging/DATABASE_URL", SECRET_KEY: "/shared/key", TOKEN: "/shared/token" },
    });
    await settled();
    const policies = cloud.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
    expect(
      policies.map(({ name, inputs, options }) => [
        name,
        JSON.parse(String(inputs["policy"])) as unknown,
        options.parent,
      ]),
    ).to.deep.equal([
      [
        "shop-staging-execution-statements",
        {
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
            {
              Effect: "Allow",
              Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
              Resource: "arn:aws:ecr:us-east-1:000000000000:repository/shop/staging/*",
            },
            {
              Effect: "Allow",
              Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
              Resource: "arn:aws:logs:us-east-1:000000000000:log-group:/ecs/shop-staging:*",
            },
            {
              Effect: "Allow",
              Action: "ssm:GetParameters",
              Resource: [
                "arn:aws:ssm:us-east-1:000000000000:parameter/shared/key",
                "arn:aws:ssm:us-east-1:000000000000:parameter/shared/token",
                "arn:aws:ssm:us-east-1:000000000000:parameter/shop/staging/DATABASE_URL",
              ],
            },
          ],
        },
        "ActorRole shop-staging-execution",
      ],
    ]);
    const roles = cloud.filter(({ type }) => type === "aws:iam/role:Role");
    expect(roles.map(({ name, inputs }) => [name, inputs["name"]])).to.deep.equal([
      ["shop-staging-execution", "shop-staging-execution"],
      ["shop-staging-task", "shop-staging-task"],
    ]);
  });

  /** The statements of the task role of an application. */
  async function taskStatements(what: Application, fileSystemArn?: pulumi.Output<string>): Promise<unknown> {
    new ContainerRoles("shop-staging", { names: staging, application: what, parameterNames: {}, fileSystemArn });
    await settled();
    const { inputs } = only("aws:iam/rolePolicy:RolePolicy", "shop-staging-task-statements");
    return (JSON.parse(String(inputs["policy"])) as { readonly Statement: unknown }).Statement;
  }

  it("let containers do what the policy in the Compose file says, and nothing else", async () => {
    const policy = [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::shop-uploads/*"] }];
    expect(await taskStatements(application({ policy }))).to.deep.equal([
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::shop-uploads/*"] },
    ]);
  });

  for (const readOnly of [false, true]) {
    it(`let containers ${readOnly ? "read" : "read and write"} their files`, async () => {
      const efs = { uploads: { uid: 1000, gid: 1000, permissions: "0755" } };
      const web = container("web", { mounts: [{ volume: "uploads", path: "/uploads", readOnly }] });
      const what = application({ services: [task({ containers: [web], efs })], efs });
      const mount = "elasticfilesystem:ClientMount";
      expect(await taskStatements(what, pulumi.output("arn:files"))).to.deep.equal([
        {
          Effect: "Allow",
          Action: readOnly ? mount : [mount, "elasticfilesystem:ClientWrite"],
          Resource: "arn:files",
        },
      ]);
    });
  }
});
