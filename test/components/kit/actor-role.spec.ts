import { expect } from "chai";
import { ActorRole } from "../../../components/kit/actor-role.ts";
import { seen, settled, startCloud } from "../../support/cloud.ts";
import { staging } from "../../support/names.ts";

const args = {
  roleName: staging.verify.role.name,
  service: "codebuild.amazonaws.com",
  accountId: "000000000000",
  sourceArn: staging.verify.arn,
};

describe("an actor's role", () => {
  beforeEach(() => startCloud());

  it("can be assumed by one service on behalf of one resource, and may do what its statements say", async () => {
    new ActorRole("shop-staging-verify", {
      ...args,
      statements: [{ Effect: "Allow", Action: "ecs:UpdateService", Resource: staging.everyService.arn }],
    });
    await settled();
    expect(seen()).to.deep.equal([
      [
        "aws:iam/role:Role",
        "shop-staging-verify",
        {
          assumeRolePolicy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "codebuild.amazonaws.com" },
                Action: "sts:AssumeRole",
                Condition: {
                  StringEquals: { "aws:SourceAccount": "000000000000" },
                  ArnLike: { "aws:SourceArn": "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-verify" },
                },
              },
            ],
          },
          name: "shop-staging-verify",
        },
        { parent: "ActorRole shop-staging-verify" },
      ],
      [
        "aws:iam/rolePolicy:RolePolicy",
        "shop-staging-verify-statements",
        {
          name: "statements",
          policy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Action: "ecs:UpdateService",
                Resource: "arn:aws:ecs:us-east-1:000000000000:service/shop-staging/*",
              },
            ],
          },
          role: "shop-staging-verify",
        },
        { parent: "ActorRole shop-staging-verify" },
      ],
      ["compose-ecs-pipeline:index:ActorRole", "shop-staging-verify", {}, {}],
    ]);
  });

  it("has no policy if it has no statements, because an empty policy is invalid", async () => {
    new ActorRole("shop-staging-task", args);
    await settled();
    expect(seen().map(([type]) => type)).to.deep.equal(["aws:iam/role:Role", "compose-ecs-pipeline:index:ActorRole"]);
  });
});
