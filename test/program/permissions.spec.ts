import { expect } from "chai";
import { cloud, only } from "../support/cloud.ts";
import { arn, duties, here, migration, never, parameters, passed, service, type Deed } from "../support/duties.ts";
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
import { runProgram } from "../support/program.ts";
import { changed, inS3, readyMade } from "../support/settings.ts";
import { accountId, region } from "../support/cloud-state.ts";

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

/** What is said of staging, said of another environment. */
function on<T>(stack: string, said: T): T {
  return JSON.parse(JSON.stringify(said).replaceAll("staging", stack)) as T;
}

/** Who may assume a role. */
function trustOf(role: string): unknown {
  const found = cloud.find(({ type, inputs }) => type === "aws:iam/role:Role" && inputs["name"] === role);
  return JSON.parse(String(found?.inputs["assumeRolePolicy"])) as unknown;
}

/** The trust in one service under a condition. */
const onlyBy = (Service: string, Condition: object) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service },
      Action: "sts:AssumeRole",
      ...(Object.keys(Condition).length > 0 && { Condition }),
    },
  ],
});
const account = { StringEquals: { "aws:SourceAccount": accountId } };
const from = (of: string, resource: string) => ({ ...account, ArnLike: { "aws:SourceArn": arn(of, resource) } });

const refused = (statements: readonly Statement[], requests: readonly Request[]) =>
  requests.filter(({ action, resource, context }) => !allows(statements, action, resource, context));
const allowed = (statements: readonly Statement[], requests: readonly Request[]) =>
  requests.filter(({ action, resource, context }) => allows(statements, action, resource, context));

/** With all that makes a role or widens one. */
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
            ({ resource, context }) => resource !== "*" || Object.keys(context).length > 0,
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

  it("let only the pipeline and the steps that judge deployments update the service", () => {
    const may = Object.keys(duties).filter((actor) =>
      allows(grantsOf(`shop-staging-${actor}`), "ecs:UpdateService", service),
    );
    expect(may).to.deep.equal(["pipeline", "verify", "watch"]);
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
      ["shop-staging-pipeline", onlyBy("codepipeline.amazonaws.com", account)],
      ["shop-staging-task", onlyBy("ecs-tasks.amazonaws.com", from("ecs", "*"))],
      ["shop-staging-verify", onlyBy("codebuild.amazonaws.com", from("codebuild", "project/shop-staging-verify"))],
      ["shop-staging-watch", onlyBy("codebuild.amazonaws.com", from("codebuild", "project/shop-staging-watch"))],
    ]);
  });
});

describe("the permissions of every environment", () => {
  for (const stack of ["staging", "production"]) {
    it(`name only actions AWS has, none broader than need be, on ${stack}`, async () => {
      await runProgram({ stack, config: telling });
      const policies = cloud.filter(({ type }) => type.startsWith("aws:iam/rolePolicy"));
      const statements = policies.flatMap(({ inputs }) => statementsOf(inputs["policy"] as string));
      expect(policies.length).to.equal(7);
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
      // The pipeline, Migrate, and the two steps that take a service back.
      expect(passing).to.deep.equal([only, only, only, only]);
    });
  }

  it("use a connection by the prefix of its ARN", async () => {
    const connectionArn = arn("codestar-connections", "connection/0");
    await runProgram({ stack: "staging", config: { "compose-ecs-pipeline:connectionArn": connectionArn } });
    const use = ["codestar-connections:UseConnection", "codeconnections:UseConnection"];
    const statements = grantsOf("shop-staging-pipeline");
    expect(use.map((action) => allows(statements, action, connectionArn))).to.deep.equal([true, false]);
  });

  it("use a key of the artifacts only through S3, and to write only in roles that create artifacts", async () => {
    const key = arn("kms", "key/0");
    await runProgram({ stack: "staging", config: { "compose-ecs-pipeline:artifactKmsKeyArn": key } });
    const actions = ["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:CreateGrant", "kms:PutKeyPolicy"];
    const may = (actor: string, viaService: string) =>
      actions.filter((action) =>
        allows(grantsOf(`shop-staging-${actor}`), action, key, { "kms:ViaService": viaService }),
      );
    const actors = Object.keys(duties);
    const through = (viaService: string) => actors.map((actor) => [actor, ...may(actor, viaService)]);
    expect(through("s3.us-east-1.amazonaws.com")).to.deep.equal([
      ["build", "kms:Decrypt", "kms:GenerateDataKey"],
      ["execution"],
      ["migrate", "kms:Decrypt"],
      ["notify"],
      ["pipeline", "kms:Decrypt", "kms:GenerateDataKey"],
      ["verify", "kms:Decrypt"],
      ["watch", "kms:Decrypt"],
    ]);
    expect(through("ssm.us-east-1.amazonaws.com")).to.deep.equal(actors.map((actor) => [actor]));
    const statements = actors.flatMap((actor) => grantsOf(`shop-staging-${actor}`));
    expect(await ineffective(statements)).to.deep.equal([]);
    expect(only("aws:codepipeline/pipeline:Pipeline").inputs["artifactStores"]).to.deep.equal([
      {
        type: "S3",
        location: `shop-staging-artifacts-${accountId}-us-east-1`,
        encryptionKey: { id: key, type: "KMS" },
      },
    ]);
    const projects = cloud.filter(({ type }) => type === "aws:codebuild/project:Project");
    expect(projects.map(({ inputs }) => inputs["encryptionKey"])).to.deep.equal([key, key, key, key]);
  });

  it("decrypt parameters with the named keys, only through Parameter Store, and only those that they read", async () => {
    const [key, other] = ["key/0", "key/1"].map((name) => arn("kms", name));
    const elsewhere = arn("ssm", "parameter/shared/database");
    await runProgram({
      stack: "staging",
      config: {
        "compose-ecs-pipeline:parameterKmsKeyArns": JSON.stringify([key]),
        "compose-ecs-pipeline:parameters": '["DATABASE_URL=/shared/database","SECRET_KEY_BASE"]',
        "compose-ecs-pipeline:buildParameters": '["SECRET_KEY_BASE"]',
      },
    });
    const actions = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:PutKeyPolicy"];
    const own = arn("ssm", "parameter/shop/staging/SECRET_KEY_BASE");
    const through = (viaService: string, parameter: string, on = key) =>
      Object.keys(duties).map((actor) => [
        actor,
        ...actions.filter((action) =>
          allows(grantsOf(`shop-staging-${actor}`), action, on ?? "", {
            "kms:ViaService": viaService,
            "kms:EncryptionContext:PARAMETER_ARN": parameter,
          }),
        ),
      ]);
    const none = Object.keys(duties).map((actor) => [actor]);
    const onlyFor = (...readers: readonly string[]) =>
      none.map(([actor = ""]) => (readers.includes(actor) ? [actor, "kms:Decrypt"] : [actor]));
    // Context and service are those of AWS's page "How AWS Systems Manager Parameter Store uses AWS KMS".
    const ssm = "ssm.us-east-1.amazonaws.com";
    expect([
      through(ssm, own),
      through(ssm, elsewhere),
      through(ssm, arn("ssm", "parameter/shop/production/SECRET_KEY_BASE")),
      through(ssm, own, other),
      through("secretsmanager.us-east-1.amazonaws.com", own),
    ]).to.deep.equal([onlyFor("build", "execution"), onlyFor("execution"), none, none, none]);
    const statements = Object.keys(duties).flatMap((actor) => grantsOf(`shop-staging-${actor}`));
    expect(await ineffective(statements)).to.deep.equal([]);
    expect(await needlesslyBroad(statements)).to.deep.equal([]);
  });

  const repository = arn("codecommit", "shop");
  const read = [
    ["codecommit:CancelUploadArchive", repository],
    ["codecommit:GetBranch", repository],
    ["codecommit:GetCommit", repository],
    ["codecommit:GetUploadArchiveStatus", repository],
    ["codecommit:UploadArchive", repository],
  ] as const;
  const bucket = "arn:aws:s3:::acme-source";
  const load = [
    ["s3:GetObject", `${bucket}/shop.zip`],
    ["s3:GetObjectVersion", `${bucket}/shop.zip`],
    ["s3:GetObjectTagging", `${bucket}/shop.zip`],
    ["s3:GetObjectVersionTagging", `${bucket}/shop.zip`],
    ["s3:PutObjectTagging", `arn:aws:s3:::shop-staging-artifacts-${accountId}-${region}/x`],
    ["s3:GetBucketAcl", bucket],
    ["s3:GetBucketLocation", bucket],
    ["s3:GetBucketVersioning", bucket],
  ] as const;
  const look = ["proxy", "web"].map(
    (image) => ["ecr:DescribeImages", arn("ecr", `repository/shop/staging/${image}`)] as const,
  );
  const beyond = [
    ["ecr:DescribeImages", arn("ecr", "repository/shop/production/web")],
    ["ecr:BatchGetImage", arn("ecr", "repository/shop/staging/web")],
    ["codecommit:GetBranch", arn("codecommit", "other")],
    ["codecommit:GitPush", repository],
    ["s3:GetObject", `${bucket}/other.zip`],
    ["s3:PutObject", `${bucket}/shop.zip`],
    ["s3:PutObjectTagging", `${bucket}/shop.zip`],
    ["s3:PutObjectAcl", `arn:aws:s3:::shop-staging-artifacts-${accountId}-${region}/x`],
    ["s3:ListBucket", bucket],
    ["codeconnections:UseConnection", arn("codeconnections", "connection/shop-staging")],
  ] as const;
  for (const [title, change, own, others] of [
    ["CodeCommit", { sourceProvider: "CodeCommit", sourceRepository: "shop" }, read, [...load, ...look]],
    ["S3", inS3, load, [...read, ...look]],
    ["ECR", readyMade, look, [...read, ...load]],
  ] as const) {
    it(`let the pipeline read its source in ${title} and nothing else there`, async () => {
      await runProgram({ stack: "staging", config: changed(change) });
      const statements = grantsOf("shop-staging-pipeline");
      const may = [...own, ...others, ...beyond].filter(([action, resource]) => allows(statements, action, resource));
      expect(may).to.deep.equal(own);
    });

    it(`let the events of a source in ${title} start this one pipeline and do nothing else`, async () => {
      await runProgram({ stack: "staging", config: changed(change) });
      const statements = grantsOf("shop-staging-start");
      expect(statements.flatMap(({ Action }) => Action)).to.deep.equal(["codepipeline:StartPipelineExecution"]);
      const may = ["shop-staging", "shop-production"].map((name) =>
        allows(statements, "codepipeline:StartPipelineExecution", arn("codepipeline", name)),
      );
      expect(may).to.deep.equal([true, false]);
      expect(trustOf("shop-staging-start")).to.deep.equal(
        onlyBy("events.amazonaws.com", from("events", "rule/shop-staging-start")),
      );
      const all = cloud
        .filter(({ type }) => type.startsWith("aws:iam/rolePolicy"))
        .flatMap(({ inputs }) => statementsOf(inputs["policy"] as string));
      expect(await unknownActions(all)).to.deep.equal([]);
      expect(await needlesslyBroad(all)).to.deep.equal([]);
      expect(await ineffective(all)).to.deep.equal([]);
    });
  }

  it("let a build read the parameters in buildParameters, and no others", async () => {
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

  it("let a build fill and pull private pull-through caches of its base images, and write reports if configured", async () => {
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
          "codebuild:BatchPutCodeCoverages",
        ],
        Resource: arn("codebuild", "report-group/shop-staging-build-*"),
      },
    ]);
    const statements = [pulls, reports].flatMap((statement) => statement ?? []);
    expect(await unknownActions(statements)).to.deep.equal([]);
    expect(await needlesslyBroad(statements)).to.deep.equal([]);
    expect(await ineffective(statements)).to.deep.equal([]);
  });

  it("let the Images step read its input and the manifests, write its output and its log, and do nothing else", async () => {
    await runProgram({ stack: "staging", config: changed(readyMade) });
    const bucket = `arn:aws:s3:::shop-staging-artifacts-${accountId}-us-east-1/*`;
    expect(grantsOf("shop-staging-images").map(({ Action, Resource }) => [Action, Resource])).to.deep.equal([
      [
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        `${arn("logs", "log-group:/aws/codebuild/shop-staging-images")}:*`,
      ],
      [["s3:GetObject", "s3:GetObjectVersion"], bucket],
      [["s3:GetBucketAcl", "s3:GetBucketLocation"], bucket.replace("/*", "")],
      ["s3:PutObject", bucket],
      ["ecr:BatchGetImage", arn("ecr", "repository/shop/staging/*")],
    ]);
    expect(trustOf("shop-staging-images")).to.deep.equal(
      onlyBy("codebuild.amazonaws.com", from("codebuild", "project/shop-staging-images")),
    );
    expect(grantsOf("shop-staging-build")).to.deep.equal([]);
  });

  it("let a build that promotes read the other environment's images and push its own, and build nothing", async () => {
    await runProgram({ stack: "production", config: { "compose-ecs-pipeline:promoteFrom": "staging" } });
    const statements = grantsOf("shop-production-build");
    const images = ["proxy", "web"].flatMap((image) =>
      ["staging", "production", "qa"].map((of) => arn("ecr", `repository/shop/${of}/${image}`)),
    );
    const may = (action: string) => images.filter((image) => allows(statements, action, image));
    const [staging, own] = ["staging", "production"].map((of) => images.filter((image) => image.includes(`/${of}/`)));
    const push = ["BatchCheckLayerAvailability", "CompleteLayerUpload", "InitiateLayerUpload"];
    for (const verb of [...push, "PutImage", "UploadLayerPart"]) expect(may(`ecr:${verb}`), verb).to.deep.equal(own);
    expect(may("ecr:GetDownloadUrlForLayer")).to.deep.equal(staging);
    for (const verb of ["BatchGetImage", "DescribeImages"]) {
      expect(may(`ecr:${verb}`).toSorted(), verb).to.deep.equal([...(staging ?? []), ...(own ?? [])].toSorted());
    }
    const actions = statements.flatMap(({ Action }) => Action).filter((action) => !action.startsWith("ecr:"));
    expect(actions).to.deep.equal([
      ...["logs:CreateLogStream", "logs:PutLogEvents", "s3:GetObject", "s3:GetObjectVersion"],
      ...["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:PutObject"],
      ...["ecs:DescribeServices", "ecs:DescribeTaskDefinition"],
    ]);
    expect(await unknownActions(statements)).to.deep.equal([]);
    expect(await needlesslyBroad(statements)).to.deep.equal([]);
    expect(await ineffective(statements)).to.deep.equal([]);
  });

  it("let the agent of a session open its channels with executeCommand, and give the application nothing else", async () => {
    const before = grantsOf("shop-staging-task");
    await runProgram({ stack: "staging", config: { "compose-ecs-pipeline:executeCommand": "true" } });
    const statements = grantsOf("shop-staging-task");
    expect([before, statements.length, statements[0]?.Action]).to.deep.equal([
      [],
      1,
      [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
    ]);
    expect(allows(statements, "ssm:SendCommand", "*", {})).to.equal(false);
    expect(allows(statements, "ssmmessages:OpenDataChannel", "*", {})).to.equal(true);
    expect(await unknownActions(statements)).to.deep.equal([]);
    expect(await needlesslyBroad(statements)).to.deep.equal([]);
    expect(await ineffective(statements)).to.deep.equal([]);
    const services = cloud.filter(({ type }) => type === "aws:ecs/service:Service");
    expect(services.map(({ inputs }) => inputs["enableExecuteCommand"])).to.deep.equal([true, true]);
  });

  it("come with no Docker engine for a build that promotes, and with what is promoted from where", async () => {
    await runProgram({ stack: "production", config: { "compose-ecs-pipeline:promoteFrom": "staging" } });
    const { description, environment } = only("aws:codebuild/project:Project", "shop-production-build").inputs;
    const { privilegedMode, environmentVariables } = environment as {
      readonly privilegedMode: boolean;
      readonly environmentVariables: readonly { readonly name: string; readonly value: string }[];
    };
    const told = environmentVariables.filter(({ name }) => name.startsWith("PROMOTE_"));
    expect([description, privilegedMode, ...told.map(({ name, value }) => `${name}=${value}`)]).to.deep.equal([
      "Copies the images of a commit that staging has verified",
      false,
      "PROMOTE_FROM=staging",
      "PROMOTE_REPOSITORIES=proxy=shop/staging/proxy web=shop/staging/web",
    ]);
  });
});
