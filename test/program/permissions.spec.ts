import { expect } from "chai";
import { cloud } from "../support/cloud.ts";
import {
  anyAlarm,
  duties,
  here,
  migration,
  never,
  parameters,
  passed,
  scalableTarget,
  service,
  type Deed,
} from "../support/duties.ts";
import {
  allows,
  changingRights,
  ineffective,
  needlesslyBroad,
  statementsOf,
  unknownActions,
  type Context,
  type Statement,
} from "../support/iam.ts";
import { grantsOf } from "../support/grants.ts";
import { from, fromAccount, onlyBy, trustOf } from "../support/trust.ts";
import { runProgram } from "../support/program.ts";
import { accountId } from "../support/cloud-state.ts";

interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: Context;
}

function requestsOf(deeds: readonly Deed[]): readonly Request[] {
  return deeds.flatMap(([actions, resources, context = {}]) =>
    actions.split(" ").flatMap((action) => resources.map((resource) => ({ action, resource, context }))),
  );
}

/** The same as for staging, but for another environment. */
function on<T>(stack: string, said: T): T {
  return JSON.parse(JSON.stringify(said).replaceAll("staging", stack)) as T;
}

const refused = (statements: readonly Statement[], requests: readonly Request[]) =>
  requests.filter(({ action, resource, context }) => !allows(statements, action, resource, context));

const allowed = (statements: readonly Statement[], requests: readonly Request[]) =>
  requests.filter(({ action, resource, context }) => allows(statements, action, resource, context));

/** What AWS gives no ARN of an environment: a pattern of the account is the narrowest one, and conditions narrow it. */
const ofNoEnvironment = [scalableTarget, anyAlarm];

/** Settings that add a role or extend one. */
const telling = {
  "compose-ecs-pipeline:approval": "true",
  "compose-ecs-pipeline:notificationEmails": '["team@example.com"]',
};

for (const [stack, other] of [
  ["staging", "production"],
  ["production", "staging"],
] as const) {
  describe(`the permissions of ${stack}`, () => {
    before(() => runProgram({ stack, config: telling }));

    it("belong to the roles of the delivery path and the containers; the application itself may do nothing", () => {
      const roles = cloud
        .filter(({ type }) => type === "aws:iam/role:Role")
        .map(({ inputs }) => String(inputs["name"]));
      const withPolicy = roles.filter((role) => grantsOf(role).length > 0);
      expect(withPolicy).to.deep.equal(Object.keys(duties).map((actor) => `shop-${stack}-${actor}`));
      expect(roles.filter((role) => !withPolicy.includes(role))).to.deep.equal([`shop-${stack}-task`]);
    });

    for (const [actor, deeds] of Object.entries(duties)) {
      describe(`of the role ${actor}`, () => {
        const statements = () => grantsOf(`shop-${stack}-${actor}`);

        it("allow all that its work needs", () => {
          expect(refused(statements(), requestsOf(on(stack, deeds)))).to.deep.equal([]);
        });

        it(`allow nothing of that on ${other}`, () => {
          const narrow = requestsOf(on(other, deeds)).filter(
            ({ resource, context }) =>
              (resource !== "*" || Object.keys(context).length > 0) && !ofNoEnvironment.includes(resource),
          );
          expect(allowed(statements(), narrow)).to.deep.equal([]);
        });

        it("name no action that its work does not need", () => {
          const granted = new Set(statements().flatMap(({ Action }) => Action));
          const needed = new Set(deeds.flatMap(([actions]) => actions.split(" ")));
          expect([...granted].filter((action) => !needed.has(action))).to.deep.equal([]);
        });

        it("never allow what would delete the environment or extend its own or another permission", async () => {
          expect(allowed(statements(), requestsOf(on(stack, never)))).to.deep.equal([]);
          // A connection uploads with an ACL, into a bucket that takes no public one (S3, BlockPublicAcls).
          expect(await changingRights(statements())).to.deep.equal(actor === "pipeline" ? ["s3:PutObjectAcl"] : []);
        });
      });
    }
  });
}

describe("the permissions of staging", () => {
  before(() => runProgram({ stack: "staging", config: telling }));

  it("let only the pipeline and the step that judges deployments update the service", () => {
    const may = Object.keys(duties).filter((actor) =>
      allows(grantsOf(`shop-staging-${actor}`), "ecs:UpdateService", service),
    );
    expect(may).to.deep.equal(["pipeline", "verify"]);
  });

  it("let the build read no parameter and run no task", () => {
    const wanted: readonly Deed[] = [
      ["ssm:GetParameters", parameters],
      ["ecs:RunTask", [migration], here],
    ];
    expect(allowed(grantsOf("shop-staging-build"), requestsOf(wanted))).to.deep.equal([]);
  });

  it("let each role be assumed by one AWS service, and only on behalf of its own resource", () => {
    const roles = cloud.filter(({ type }) => type === "aws:iam/role:Role").map(({ inputs }) => String(inputs["name"]));
    const trusts = roles.map((role) => [role, trustOf(role)]);
    expect(trusts).to.deep.equal([
      ["shop-staging-build", onlyBy("codebuild.amazonaws.com", from("codebuild", "project/shop-staging-build"))],
      ["shop-staging-execution", onlyBy("ecs-tasks.amazonaws.com", from("ecs", "*"))],
      ["shop-staging-migrate", onlyBy("codebuild.amazonaws.com", from("codebuild", "project/shop-staging-migrate"))],
      // Lambda's pages name no condition for an execution role, and only this account's functions can be given it.
      ["shop-staging-notify", onlyBy("lambda.amazonaws.com", {})],
      // CodePipeline's pages name no source ARN.
      ["shop-staging-pipeline", onlyBy("codepipeline.amazonaws.com", fromAccount)],
      ["shop-staging-task", onlyBy("ecs-tasks.amazonaws.com", from("ecs", "*"))],
      ["shop-staging-verify", onlyBy("codebuild.amazonaws.com", from("codebuild", "project/shop-staging-verify"))],
    ]);
  });
});

describe("the permissions of every environment", () => {
  for (const stack of ["staging", "production"]) {
    it(`name only actions AWS has, none broader than need be, on ${stack}`, async () => {
      await runProgram({ stack, config: telling });
      const policies = cloud.filter(({ type }) => type.startsWith("aws:iam/rolePolicy"));
      const statements = policies.flatMap(({ inputs }) => statementsOf(inputs["policy"] as string));
      expect(policies.length).to.equal(6);
      expect(await unknownActions(statements)).to.deep.equal([]);
      expect(await needlesslyBroad(statements)).to.deep.equal([]);
      expect(await ineffective(statements)).to.deep.equal([]);
    });

    it(`pass a role on ${stack} only to tasks`, async () => {
      await runProgram({ stack });
      const policies = cloud.filter(({ type }) => type.startsWith("aws:iam/rolePolicy"));
      const passing = policies
        .flatMap(({ inputs }) => statementsOf(inputs["policy"] as string))
        .filter(({ Action }) => [Action].flat().includes("iam:PassRole"));
      const roles = ["execution", "task"].map((actor) => `arn:aws:iam::${accountId}:role/shop-${stack}-${actor}`);
      const only = { Effect: "Allow", Action: "iam:PassRole", Resource: roles, Condition: { StringEquals: passed } };
      // The pipeline, Migrate, and the step that takes a service back.
      expect(passing).to.deep.equal([only, only, only]);
    });
  }
});
