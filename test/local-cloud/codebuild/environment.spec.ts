import { expect } from "chai";
import { readBuildspec } from "../../../local-cloud/codebuild/buildspec.ts";
import {
  documentedVariables,
  exportedVariables,
  masked,
  mergeVariables,
} from "../../../local-cloud/codebuild/environment.ts";

describe("a build's variables (CodeBuild user guide, Environment variables in build environments)", () => {
  it("come from the start of the build, or else the project, or else the buildspec", () => {
    const buildspec = readBuildspec(
      `version: 0.2\nenv:\n  variables: { A: spec, B: spec, C: spec }\n  parameter-store: { D: /spec }\nphases: {}`,
    );
    const project = [
      { name: "B", value: "project" },
      { name: "C", value: "project" },
      { name: "D", value: "project" },
    ];
    const start = [{ name: "C", value: "/start", type: "PARAMETER_STORE" as const }];
    expect(mergeVariables(buildspec, project, start)).to.deep.equal([
      { name: "A", value: "spec" },
      { name: "B", value: "project" },
      { name: "C", value: "/start", type: "PARAMETER_STORE" },
      { name: "D", value: "project" },
    ]);
  });

  it("include the documented variables of CodeBuild", () => {
    const facts = {
      buildId: "shop:1",
      buildArn: "arn:build",
      buildNumber: 4,
      projectArn: "arn:project",
      image: "aws/codebuild/standard:8.0",
      initiator: "codepipeline/shop",
      kmsKeyId: "alias/aws/s3",
      logStream: "1",
      resolvedSourceVersion: undefined,
      sourceVersion: "arn:source",
      sourceDirectory: "/src",
      secondaryDirectories: { Other: "/other" },
      startTime: 5,
      region: "us-east-1",
    };
    expect(documentedVariables(facts)).to.deep.equal({
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_REGION: "us-east-1",
      CODEBUILD_BUILD_ARN: "arn:build",
      CODEBUILD_BUILD_ID: "shop:1",
      CODEBUILD_BUILD_IMAGE: "aws/codebuild/standard:8.0",
      CODEBUILD_BUILD_NUMBER: "4",
      CODEBUILD_BUILD_SUCCEEDING: "1",
      CODEBUILD_INITIATOR: "codepipeline/shop",
      CODEBUILD_KMS_KEY_ID: "alias/aws/s3",
      CODEBUILD_LOG_PATH: "1",
      CODEBUILD_PROJECT_ARN: "arn:project",
      CODEBUILD_SOURCE_VERSION: "arn:source",
      CODEBUILD_SRC_DIR: "/src",
      CODEBUILD_SRC_DIR_Other: "/other",
      CODEBUILD_START_TIME: "5",
    });
  });

  it("are exported, except AWS's variables and parameters", () => {
    const environment = { TAG: "abc", AWS_REGION: "us-east-1", TOKEN: "hidden" };
    expect(exportedVariables(["TAG", "AWS_REGION", "TOKEN", "UNSET"], environment, ["TOKEN"])).to.deep.equal([
      { name: "TAG", value: "abc" },
    ]);
  });

  it("are hidden in the log when they come from Parameter Store, the longest first and line by line", () => {
    expect(masked("a=secret-long b=secret c=two", ["secret", "secret-long", "one\ntwo", ""])).to.equal(
      "a=*** b=*** c=***",
    );
  });
});
