import { expect } from "chai";
import { accountId, cloud, only } from "./support/cloud.ts";
import { arn, duties, here, migration, never, parameters, passed, service, type Deed } from "./support/duties.ts";
import {
  allows,
  ineffective,
  needlesslyBroad,
  statementsOf,
  unknownActions,
  type Context,
  type Statement,
} from "./support/iam.ts";
import { runProgram } from "./support/program.ts";

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

/** The same request about the other environment. */
function elsewhere<T>(request: T): T {
  return JSON.parse(JSON.stringify(request).replaceAll("staging", "production")) as T;
}

function grantsOf(role: string): readonly Statement[] {
  const policies = cloud.filter(({ type, inputs }) => type.startsWith("aws:iam/rolePolicy") && inputs["role"] === role);
  return policies.flatMap(({ inputs }) => statementsOf(inputs["policy"] as string));
}

const refused = (statements: readonly Statement[], requests: readonly Request[]) =>
  requests.filter(({ action, resource, context }) => !allows(statements, action, resource, context));
const allowed = (statements: readonly Statement[], requests: readonly Request[]) =>
  requests.filter(({ action, resource, context }) => allows(statements, action, resource, context));

describe("the permissions of staging", () => {
  before(() => runProgram({ stack: "staging" }));

  it("belong to the roles of the path and the containers; the application itself may do nothing", () => {
    const roles = cloud.filter(({ type }) => type === "aws:iam/role:Role").map(({ inputs }) => String(inputs["name"]));
    const withPolicy = roles.filter((role) => grantsOf(role).length > 0);
    expect(withPolicy).to.deep.equal(Object.keys(duties).map((actor) => `shop-staging-${actor}`));
    expect(roles.filter((role) => !withPolicy.includes(role))).to.deep.equal(["shop-staging-task"]);
  });

  for (const [actor, deeds] of Object.entries(duties)) {
    describe(`of the role ${actor}`, () => {
      const statements = () => grantsOf(`shop-staging-${actor}`);

      it("allow all that its work takes", () => {
        expect(refused(statements(), requestsOf(deeds))).to.deep.equal([]);
      });

      it("allow nothing of that on production", () => {
        const narrow = requestsOf(deeds)
          .map(elsewhere)
          .filter(({ resource, context }) => resource !== "*" || Object.keys(context).length > 0);
        expect(allowed(statements(), narrow)).to.deep.equal([]);
      });

      it("name no action beyond its work", () => {
        const granted = new Set(statements().flatMap(({ Action }) => Action));
        const needed = new Set(deeds.flatMap(([actions]) => actions.split(" ")));
        expect([...granted].filter((action) => !needed.has(action))).to.deep.equal([]);
      });

      it("never allow what would take the environment down or widen a permission", () => {
        expect(allowed(statements(), requestsOf(never))).to.deep.equal([]);
      });
    });
  }

  it("let nobody update the service but the pipeline and the verification", () => {
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

  it("let each role be assumed by one service, on behalf of this account only", () => {
    const trusts = cloud
      .filter(({ type }) => type === "aws:iam/role:Role")
      .map(({ inputs }) => [inputs["name"], JSON.parse(String(inputs["assumeRolePolicy"])) as unknown]);
    const by = (Service: string) => ({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "aws:SourceAccount": accountId } },
        },
      ],
    });
    expect(trusts).to.deep.equal([
      ["shop-staging-build", by("codebuild.amazonaws.com")],
      ["shop-staging-execution", by("ecs-tasks.amazonaws.com")],
      ["shop-staging-migrate", by("codebuild.amazonaws.com")],
      ["shop-staging-pipeline", by("codepipeline.amazonaws.com")],
      ["shop-staging-task", by("ecs-tasks.amazonaws.com")],
      ["shop-staging-verify", by("codebuild.amazonaws.com")],
      ["shop-staging-watch", by("codebuild.amazonaws.com")],
    ]);
  });
});

describe("the permissions of every environment", () => {
  for (const stack of ["staging", "production"]) {
    it(`name only actions AWS has, none broader than need be, on ${stack}`, async () => {
      await runProgram({ stack });
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
      expect(passing).to.deep.equal([only, only]);
    });
  }

  it("use a connection by the prefix of its ARN", async () => {
    const connectionArn = arn("codestar-connections", "connection/0");
    await runProgram({ stack: "staging", config: { "compose-ecs-pipeline:connectionArn": connectionArn } });
    const use = ["codestar-connections:UseConnection", "codeconnections:UseConnection"];
    const statements = grantsOf("shop-staging-pipeline");
    expect(use.map((action) => allows(statements, action, connectionArn))).to.deep.equal([true, false]);
  });

  it("let a build read the parameters that are marked for it, and no others", async () => {
    await runProgram({ stack: "staging", config: { "compose-ecs-pipeline:buildParameters": '["SECRET_KEY_BASE"]' } });
    const statements = grantsOf("shop-staging-build");
    expect(parameters.map((parameter) => allows(statements, "ssm:GetParameters", parameter))).to.deep.equal([
      false,
      true,
    ]);
    const { environment } = only("aws:codebuild/project:Project", "shop-staging-build").inputs;
    const variables = (environment as { environmentVariables: { type: string }[] }).environmentVariables;
    expect(variables.filter(({ type }) => type !== "PLAINTEXT")).to.deep.equal([
      { name: "SECRET_KEY_BASE", type: "PARAMETER_STORE", value: "/shop/staging/SECRET_KEY_BASE" },
    ]);
  });

  it("let a build fill and pull the caches of its base images, where they are private, and write reports if asked", async () => {
    const baseImages = [
      "debian:12=000000000000.dkr.ecr.us-east-1.amazonaws.com/docker-hub/library/debian:12",
      "node:24=public.ecr.aws/docker/library/node:24",
    ];
    const options = { baseImages: JSON.stringify(baseImages), testReports: "true" };
    const config = Object.entries(options).map(([key, value]) => [`compose-ecs-pipeline:${key}`, value]);
    await runProgram({ stack: "staging", config: Object.fromEntries(config) as Record<string, string> });
    const [pulls, reports] = grantsOf("shop-staging-build").filter(({ Action }) =>
      /Import|Report/.test(String(Action)),
    );
    expect([pulls, reports]).to.deep.equal([
      {
        Effect: "Allow",
        Action: [
          "ecr:BatchCheckLayerAvailability",
          "ecr:BatchGetImage",
          "ecr:BatchImportUpstreamImage",
          "ecr:CreateRepository",
          "ecr:GetDownloadUrlForLayer",
        ],
        Resource: [arn("ecr", "repository/docker-hub/library/debian")],
      },
      {
        Effect: "Allow",
        Action: [
          "codebuild:CreateReportGroup",
          "codebuild:CreateReport",
          "codebuild:UpdateReport",
          "codebuild:BatchPutTestCases",
        ],
        Resource: arn("codebuild", "report-group/shop-staging-build-*"),
      },
    ]);
    const statements = [pulls, reports].flatMap((statement) => statement ?? []);
    expect(await unknownActions(statements)).to.deep.equal([]);
    expect(await needlesslyBroad(statements)).to.deep.equal([]);
    expect(await ineffective(statements)).to.deep.equal([]);
  });
});
