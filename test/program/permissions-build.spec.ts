import { expect } from "chai";
import { cloud, only } from "../support/cloud.ts";
import { arn, parameters } from "../support/duties.ts";
import { allows, ineffective, needlesslyBroad, unknownActions } from "../support/iam.ts";
import { grantsOf } from "../support/grants.ts";
import { runProgram } from "../support/program.ts";
import { changed, readyMade } from "../support/settings.ts";
import { accountId } from "../support/cloud-state.ts";
import { trustOf, onlyBy, from } from "../support/trust.ts";

describe("the permissions of every environment", () => {
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

  it("let the Images step read its input, its program and the manifests, write its output and its log, and do nothing else", async () => {
    await runProgram({ stack: "staging", config: changed(readyMade) });
    const bucket = `arn:aws:s3:::shop-staging-artifacts-${accountId}-us-east-1/*`;
    expect(grantsOf("shop-staging-images").map(({ Action, Resource }) => [Action, Resource])).to.deep.equal([
      [
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        `${arn("logs", "log-group:/aws/codebuild/shop-staging-images")}:*`,
      ],
      [["s3:GetObject", "s3:GetObjectVersion"], bucket],
      [["s3:GetBucketAcl", "s3:GetBucketLocation"], bucket.replace("/*", "")],
      ["s3:GetObject", bucket.replace("-artifacts-", "-program-")],
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
      ...["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetObject", "s3:PutObject"],
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
