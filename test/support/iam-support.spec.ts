import { expect } from "chai";
import {
  allows,
  changingRights,
  ineffective,
  needlesslyBroad,
  statementsOf,
  unknownActions,
  type Statement,
} from "./iam.ts";

const service = "arn:aws:ecs:us-east-1:000000000000:service/shop-staging/shop-staging";
const other = service.replaceAll("staging", "production");
const role = "arn:aws:iam::000000000000:role/shop-staging-task";

function allow(Action: string, Resource: string, Condition?: Statement["Condition"]): Statement {
  return { Effect: "Allow", Action, Resource, ...(Condition && { Condition }) };
}

describe("the evaluator of policies", () => {
  const cases: readonly (readonly [string, readonly Statement[], boolean])[] = [
    ["refuses what nothing allows", [], false],
    ["allows the action on the resource", [allow("ecs:UpdateService", service)], true],
    ["reads actions without regard to case", [allow("ECS:updateservice", service)], true],
    ["refuses another action", [allow("ecs:DeleteService", service)], false],
    ["refuses another resource", [allow("ecs:UpdateService", other)], false],
    ["expands wildcards in an action", [allow("ecs:Update*", service)], true],
    ["expands wildcards in a resource", [allow("ecs:UpdateService", "arn:aws:ecs:*:*:service/shop-*")], true],
    ["lets a star at the end match all parts that follow", [allow("ecs:UpdateService", "arn:aws:ecs:*")], true],
    ["takes a question mark for one character", [allow("ecs:UpdateServic?", service)], true],
    ["takes a dot for a dot", [allow("ecs:UpdateService", service.replace("us-east-1", "us.east.1"))], false],
    [
      "lets a Deny win",
      [allow("ecs:*", "*"), { Effect: "Deny", Action: ["ecs:UpdateService"], Resource: [service] }],
      false,
    ],
    [
      "ignores a Deny of something else",
      [allow("ecs:*", "*"), { Effect: "Deny", Action: "ecs:UpdateService", Resource: other }],
      true,
    ],
  ];
  for (const [title, statements, expected] of cases) {
    it(title, () => {
      expect(allows(statements, "ecs:UpdateService", service)).to.equal(expected);
    });
  }
});

describe("the evaluator of conditions", () => {
  const passed = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };
  const cases: readonly (readonly [
    string,
    Statement["Condition"],
    Record<string, string | readonly string[]>,
    boolean,
  ])[] = [
    ["holds when the value is equal", { StringEquals: passed }, passed, true],
    ["fails when the request has no such key", { StringEquals: passed }, {}, false],
    ["fails when the value differs", { StringEquals: passed }, { "iam:PassedToService": "ec2.amazonaws.com" }, false],
    [
      "reads keys without regard to case",
      { StringEquals: passed },
      { "IAM:passedtoservice": "ecs-tasks.amazonaws.com" },
      true,
    ],
    ["holds when one of several values matches", { StringEquals: { a: ["x", "y"] } }, { a: "y" }, true],
    ["asks every key of every operator", { StringEquals: { a: "x", b: "y" } }, { a: "x" }, false],
    ["takes a star literally in StringEquals", { StringEquals: { a: "x*" } }, { a: "xy" }, false],
    ["expands a star in StringLike", { StringLike: { a: "x*" } }, { a: "xy" }, true],
    [
      "compares ARNs part by part",
      { ArnLike: { a: "arn:aws:ecs:*:*:cluster/shop-*" } },
      { a: "arn:aws:ecs:us-east-1:0:cluster/shop-staging" },
      true,
    ],
    ["fails StringNotEquals on an equal value", { StringNotEquals: { a: "x" } }, { a: "x" }, false],
    ["holds StringNotEquals when the key is missing", { StringNotEquals: { a: "x" } }, {}, true],
    ["holds StringEqualsIfExists when the key is missing", { StringEqualsIfExists: { a: "x" } }, {}, true],
    ["fails StringEqualsIfExists on another value", { StringEqualsIfExists: { a: "x" } }, { a: "y" }, false],
    ["reads Bool", { Bool: { "aws:SecureTransport": "false" } }, { "aws:SecureTransport": "false" }, true],
  ];
  for (const [title, condition, context, expected] of cases) {
    it(title, () => {
      expect(allows([allow("iam:PassRole", role, condition)], "iam:PassRole", role, context)).to.equal(expected);
    });
  }

  const unknown: readonly (readonly [string, Statement, string])[] = [
    [
      "an operator",
      allow("iam:PassRole", role, { DateLessThan: { a: "2026-01-01" } }),
      "DateLessThan of a: this operator is not evaluated here",
    ],
    [
      "a key of a statement",
      { ...allow("iam:PassRole", role), Principal: "*" } as Statement,
      "Principal: this element of a statement is not evaluated here",
    ],
    [
      "a policy variable",
      allow("iam:PassRole", "arn:aws:iam::000000000000:role/${aws:username}"),
      "role/${aws:username}: policy variables are not evaluated here",
    ],
    [
      "a wildcard for several parts of an ARN",
      allow("iam:PassRole", "arn:aws:*:role/shop-staging-task"),
      "arn:aws:*:role/shop-staging-task: write each of the six parts of the ARN",
    ],
  ];
  for (const [title, statement, message] of unknown) {
    it(`refuses ${title} it does not know`, () => {
      expect(() => allows([statement], "iam:PassRole", role, { a: "0" })).to.throw(message);
    });
  }
});

describe("the review of statements", () => {
  it("reads the statements of a policy document", () => {
    const statement = allow("iam:PassRole", role);
    expect(statementsOf(JSON.stringify({ Version: "2012-10-17", Statement: [statement] }))).to.deep.equal([statement]);
  });

  it("names the actions that AWS does not have", async () => {
    const statements = [
      allow("ecs:UpdateServices", service),
      allow("ecs:UpdateService", service),
      allow("ess:*", "*"),
      allow("ecs:Up?ateServ*", service),
    ];
    expect(await unknownActions(statements)).to.deep.equal(["ecs:UpdateServices", "ess:*"]);
  });

  it("names what is granted more widely than AWS asks for", async () => {
    const statements = [
      allow("ecs:UpdateService", "*"),
      allow("ecs:UpdateService", service),
      allow("ecs:DescribeTaskDefinition", "*"),
      allow("ecs:*", service),
      allow("iam:PassRole", "*", { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } }),
      allow("ecs:ListTasks", "*", {
        ArnEquals: { "ecs:cluster": "arn:aws:ecs:us-east-1:000000000000:cluster/shop-staging" },
      }),
      { Effect: "Deny" as const, Action: "s3:*", Resource: "*" },
    ];
    expect(await needlesslyBroad(statements)).to.deep.equal([
      `ecs:* on ${service}`,
      "ecs:UpdateService on *",
      "iam:PassRole on *",
    ]);
  });

  it("names the actions that change permissions", async () => {
    const statements = [
      allow("iam:PassRole", role),
      allow("iam:GetRole", role),
      allow("sts:AssumeRole", role),
      allow("ecr:SetRepositoryPolicy", "*"),
      allow("ecr:PutImage", "*"),
      allow("kms:CreateGrant", "*"),
      allow("s3:*", "*"),
      { Effect: "Deny" as const, Action: "s3:PutBucketPolicy", Resource: "*" },
    ];
    expect(await changingRights(statements)).to.deep.equal([
      "ecr:SetRepositoryPolicy",
      "iam:GetRole",
      "kms:CreateGrant",
      "s3:*",
      "sts:AssumeRole",
    ]);
  });

  it("names grants on resources that the action does not know", async () => {
    const statements = [
      allow("ecs:UpdateService", service),
      allow("ecs:UpdateService", role),
      allow("ecs:DescribeTaskDefinition", service),
      allow("ssm:GetParameters", "arn:aws:ssm:us-east-1:000000000000:parameter/shop/staging/*"),
      allow("s3:GetObject", "arn:aws:s3:::shop-staging-artifacts/*"),
    ];
    expect(await ineffective(statements)).to.deep.equal([
      `ecs:DescribeTaskDefinition on ${service}`,
      `ecs:UpdateService on ${role}`,
    ]);
  });
});
