import { expect } from "chai";
import { ContainerRoles } from "../../components/container-roles.ts";
import { scalingOf } from "../../components/scaling.ts";
import { cloud, settled, startCloud } from "../support/cloud.ts";
import { staging } from "../support/names.ts";
import { container, task } from "../support/task.ts";

describe("the container roles", () => {
  beforeEach(() => startCloud());

  it("start the containers with their images, logs and secrets, and let them do nothing else", async () => {
    const migrate = container("migrate", { image: { built: "web" }, secrets: { DATABASE_URL: "DATABASE_URL" } });
    const web = container("web", { secrets: { KEY: "SECRET_KEY", DATABASE_URL: "DATABASE_URL" } });
    new ContainerRoles("shop-staging", {
      names: staging,
      task: task({ containers: [web], release: [migrate] }),
      parameterNames: { DATABASE_URL: "/shop/staging/DATABASE_URL", SECRET_KEY: "/shared/key" },
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
              Resource: ["arn:aws:ecr:us-east-1:000000000000:repository/shop/staging/web"],
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
});

describe("the counts of a service", () => {
  it("are the stack's, else the Compose file's, else one, and the most is never below them", () => {
    const asked = (desiredCount?: number, maximumCount?: number) => ({ desiredCount, maximumCount, cpuPercent: 60 });
    expect([
      scalingOf(asked(), undefined),
      scalingOf(asked(), 3),
      scalingOf(asked(2), 3),
      scalingOf(asked(2, 6), 3),
      scalingOf(asked(4, 2), undefined),
    ]).to.deep.equal([
      { desiredCount: 1, maximumCount: 1, cpuPercent: 60 },
      { desiredCount: 3, maximumCount: 3, cpuPercent: 60 },
      { desiredCount: 2, maximumCount: 2, cpuPercent: 60 },
      { desiredCount: 2, maximumCount: 6, cpuPercent: 60 },
      { desiredCount: 4, maximumCount: 4, cpuPercent: 60 },
    ]);
  });
});
