import { expect } from "chai";
import { cloud } from "../support/cloud.ts";
import { arn } from "../support/duties.ts";
import { allows, ineffective, needlesslyBroad, statementsOf, unknownActions } from "../support/iam.ts";
import { grantsOf } from "../support/grants.ts";
import { runProgram } from "../support/program.ts";
import { changed, inS3, readyMade } from "../support/settings.ts";
import { accountId, region } from "../support/cloud-state.ts";
import { trustOf, onlyBy, from } from "../support/trust.ts";

describe("the permissions of every environment", () => {
  it("use a connection by the prefix of its ARN", async () => {
    const connectionArn = arn("codestar-connections", "connection/0");
    await runProgram({ stack: "staging", config: { "compose-ecs-pipeline:connectionArn": connectionArn } });
    const use = ["codestar-connections:UseConnection", "codeconnections:UseConnection"];
    const statements = grantsOf("shop-staging-pipeline");
    expect(use.map((action) => allows(statements, action, connectionArn))).to.deep.equal([true, false]);
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
});
