import { Socket } from "node:net";
import { join, relative } from "node:path";
import { expect } from "chai";
import { testStack, type TestStackArgs } from "../../testing/index.ts";

const orders = relative(process.cwd(), join(import.meta.dirname, "fixtures/orders"));
const readOnly = { "arn:aws:iam::aws:policy/ReadOnlyAccess": { Statement: [] } };
const limits = {
  "arn:aws:iam::000000000000:policy/limits": {
    Statement: [{ Effect: "Allow", Action: ["sqs:*", "s3:*"], Resource: "*" }],
  },
};

/** The fixture's stack `dev`. */
const dev = (more: Partial<TestStackArgs> = {}) =>
  testStack({ directory: orders, stack: "dev", managedPolicies: { ...readOnly, ...limits }, ...more });

/** The message with which the run of a stack is refused. */
const refusal = async (args: TestStackArgs) =>
  await testStack(args).then(
    () => "no refusal",
    (error: unknown) => (error as Error).message,
  );

describe("testStack", () => {
  it("returns all that a program registers, and its outputs as plain values", async () => {
    const stack = await dev();
    expect(stack.resources.map(({ type, name, arn }) => [type, name, arn])).to.deep.equal([
      ["aws:iam/policy:Policy", "send", "arn:aws:iam::000000000000:policy/orders-send"],
      ["aws:iam/role:Role", "worker", "arn:aws:iam::000000000000:role/orders-worker"],
      ["aws:iam/rolePolicy:RolePolicy", "receive", ""],
      ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", "send", ""],
      ["aws:sqs/queue:Queue", "orders", "arn:aws:sqs:eu-central-1:000000000000:orders"],
    ]);
    expect(stack.outputs).to.deep.equal({
      url: "https://sqs.eu-central-1.amazonaws.com/000000000000/orders",
      notes: "text of the program's folder",
      password: "a secret",
      settings: { greeting: "hello", retries: 3, owner: "ada", hosts: ["a.example", "a secret"] },
      region: "eu-central-1",
    });
  });

  it("gives an ARN of the stack's account and region", async () => {
    const { arn } = await dev({ config: { "aws:region": "cn-north-1" } });
    expect(arn("sqs", "orders")).to.equal("arn:aws-cn:sqs:cn-north-1:000000000000:orders");
  });

  it("runs a program anew each time, with the modules that it imports, one at a time and in its own folder", async () => {
    const before = process.cwd();
    const stacks = await Promise.all([dev(), dev({ config: { greeting: "hi" } }), dev()]);
    expect(stacks.map(({ resources }) => resources.length)).to.deep.equal([5, 5, 5]);
    expect(stacks.map(({ outputs }) => (outputs["settings"] as { greeting: string }).greeting)).to.deep.equal([
      "hello",
      "hi",
      "hello",
    ]);
    expect(process.cwd()).to.equal(before);
  });

  it("rejects with the program's own message, also with one that comes later, and then runs the next program", async () => {
    const before = process.cwd();
    const failures = [];
    for (const failing of ["at once", "later"]) {
      failures.push(await refusal({ directory: orders, stack: "dev", config: { failing } }));
    }
    expect(failures).to.deep.equal(["orders: failing is not allowed; remove it", "orders: failing later"]);
    expect(process.cwd()).to.equal(before);
    expect((await dev()).resources).to.have.length(5);
  });

  it("rejects with this project's own refusal of a setting", async () => {
    const config = { sourceRepository: "acme/shop", buildTimeoutMinutes: 4 };
    expect(await refusal({ stack: "staging", config })).to.equal(
      'Pulumi.staging.yaml: buildTimeoutMinutes: "4" is not allowed; set a whole number from 5 to 480',
    );
  });

  it("takes what AWS says from the test, and a refusal of AWS, too", async () => {
    const token = "aws:index/getRegion:getRegion";
    const answers = { [token]: () => ({ region: "mars-1" }) };
    expect((await dev({ answers })).outputs["region"]).to.equal("mars-1");
    const refused = {
      [token]: () => {
        throw new Error("AccessDenied");
      },
    };
    expect(await refusal({ directory: orders, stack: "dev", answers: refused })).to.include("AccessDenied");
  });

  it("opens no connection", async () => {
    const opened: unknown[] = [];
    const connect = Object.getOwnPropertyDescriptor(Socket.prototype, "connect") ?? {};
    const value = (...args: unknown[]) => {
      opened.push(args);
      throw new Error("this test has no network");
    };
    Object.defineProperty(Socket.prototype, "connect", { ...connect, value });
    expect(() => new Socket().connect(80)).to.throw("this test has no network");
    try {
      const stack = await testStack({ stack: "staging", config: { sourceRepository: "acme/shop" } });
      expect(stack.resources.length).to.be.greaterThan(50);
    } finally {
      Object.defineProperty(Socket.prototype, "connect", connect);
    }
    expect(opened).to.deep.equal([[80]]);
  });

  it("says which resources there are if the one that is asked for is missing, or one of several", async () => {
    const stack = await dev();
    expect(stack.only("aws:sqs/queue:Queue").inputs["name"]).to.equal("orders");
    expect(() => stack.only("aws:sqs/queue:Queue", "bills")).to.throw(
      "aws:sqs/queue:Queue: there is no bills; choose from orders",
    );
    expect(() => stack.only("aws:sns/topic:Topic")).to.throw(
      "aws:sns/topic:Topic: the program registers no resource of this type; choose from aws:iam/policy:Policy, aws:iam/role:Role, aws:iam/rolePolicy:RolePolicy, aws:iam/rolePolicyAttachment:RolePolicyAttachment, aws:sqs/queue:Queue",
    );
  });
});

describe("the files of a project", () => {
  it("are refused in one line if one of them is missing, a key is there twice, or a key has no value", async () => {
    expect([
      await refusal({ directory: "docs", stack: "dev" }),
      await refusal({ directory: orders, stack: "prod" }),
      await refusal({ directory: orders, stack: "empty" }),
      await refusal({ directory: orders, stack: "twice" }),
    ]).to.deep.equal([
      "docs/Pulumi.yaml: there is no such file; set directory to your project's folder",
      `${orders}/Pulumi.prod.yaml: there is no such file; choose from dev, empty, twice`,
      `${orders}/Pulumi.empty.yaml: owner: Pulumi.yaml declares this without a default; set a value`,
      `${orders}/Pulumi.twice.yaml:3:3: Map keys must be unique`,
    ]);
  });
});

describe("a role of a tested stack", () => {
  const queue = "arn:aws:sqs:eu-central-1:000000000000:orders";

  it("may do what its own policies and those of the program allow, within its boundary, and nothing else", async () => {
    const administrator = { Statement: { Effect: "Allow", Action: "*", Resource: "*" } };
    const policies = { ...limits, "arn:aws:iam::aws:policy/ReadOnlyAccess": administrator };
    const role = (await dev()).role("orders-worker");
    const wide = (await dev({ managedPolicies: policies })).role("orders-worker");
    const asked = ["sqs:ReceiveMessage", "sqs:SendMessage", "sqs:DeleteQueue", "sqs:deletequeue", "ecs:RunTask"];
    expect(asked.map((action) => role.may(action, queue))).to.deep.equal([true, true, false, false, false]);
    expect(asked.map((action) => wide.may(action, queue))).to.deep.equal([true, true, true, true, false]);
    expect(role.trust).to.deep.equal({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
  });

  it("is refused if it does not exist, or if a policy of it is not known", async () => {
    const stack = await dev({ managedPolicies: limits });
    expect(() => stack.role("worker")).to.throw("worker: the program has no such role; choose from orders-worker");
    expect(() => stack.role("orders-worker")).to.throw(
      "orders-worker: its policy arn:aws:iam::aws:policy/ReadOnlyAccess is not part of the program; give its document in managedPolicies",
    );
  });

  it("refuses to judge what is not one action on one resource, or depends on a key that is not given", async () => {
    const role = (await dev()).role("orders-worker");
    expect(() => role.may("sqs:*", queue)).to.throw(
      '"sqs:*" is not one action; write SERVICE:ACTION, as in ecs:UpdateService',
    );
    expect(() => role.may("sqs:SendMessage", "orders")).to.throw(
      '"orders" is not one resource; write its ARN without wildcards, or "*" if sqs:SendMessage takes none',
    );
    const verify = (await testStack({ stack: "staging", config: { sourceRepository: "acme/shop" } })).role(
      "shop-staging-verify",
    );
    const execution = "arn:aws:iam::000000000000:role/shop-staging-execution";
    expect(() => verify.may("iam:PassRole", execution)).to.throw(
      `shop-staging-verify: nothing says whether it may iam:PassRole on ${execution}: iam:PassedToService: give its value, or [] if the request has no such key`,
    );
    const to = (service: string) => verify.may("iam:PassRole", execution, { "iam:PassedToService": service });
    expect([to("ecs-tasks.amazonaws.com"), to("lambda.amazonaws.com")]).to.deep.equal([true, false]);
  });
});
