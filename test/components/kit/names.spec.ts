import { expect } from "chai";
import { production, staging } from "../../support/names.ts";

/** Every text in a value, with functions called for one name. */
function texts(value: unknown, name = "web"): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "function") return texts((value as (name: string) => unknown)(name));
  return typeof value === "object" && value !== null ? Object.values(value).flatMap((one) => texts(one, name)) : [];
}

describe("the names of an environment", () => {
  it("are those that the documentation and the scripts use", () => {
    const { place, ...names } = staging;
    expect(place).to.deep.equal({ partition: "aws", region: "us-east-1", accountId: "000000000000" });
    expect([...new Set(texts(names))].toSorted()).to.deep.equal([
      "/aws/codebuild/shop-staging-build",
      "/aws/codebuild/shop-staging-images",
      "/aws/codebuild/shop-staging-migrate",
      "/aws/codebuild/shop-staging-verify",
      "/aws/lambda/shop-staging-notify",
      "/ecs/shop-staging",
      "/shop/staging",
      "/shop/staging/.cache/token",
      "/shop/staging/.database/password",
      "/shop/staging/.release",
      "/shop/staging/.release/lock",
      "/shop/staging/.release/rollback-hold",
      "Deploy-web",
      "arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/*",
      "arn:aws:cloudwatch:us-east-1:000000000000:alarm:*",
      "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-build",
      "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-images",
      "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-migrate",
      "arn:aws:codebuild:us-east-1:000000000000:project/shop-staging-verify",
      "arn:aws:codebuild:us-east-1:000000000000:report-group/shop-staging-build-*",
      "arn:aws:codepipeline:us-east-1:000000000000:shop-staging",
      "arn:aws:ecr:us-east-1:000000000000:repository/shop/staging/web",
      "arn:aws:ecs:us-east-1:000000000000:*",
      "arn:aws:ecs:us-east-1:000000000000:cluster/shop-staging",
      "arn:aws:ecs:us-east-1:000000000000:service-deployment/shop-staging/*",
      "arn:aws:ecs:us-east-1:000000000000:service-revision/shop-staging/*",
      "arn:aws:ecs:us-east-1:000000000000:service/shop-staging/",
      "arn:aws:ecs:us-east-1:000000000000:service/shop-staging/*",
      "arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging-",
      "arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging-*:*",
      "arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging:*",
      "arn:aws:ecs:us-east-1:000000000000:task/shop-staging/*",
      "arn:aws:events:us-east-1:000000000000:rule/shop-staging-start",
      "arn:aws:iam::000000000000:role/shop-staging-build",
      "arn:aws:iam::000000000000:role/shop-staging-execution",
      "arn:aws:iam::000000000000:role/shop-staging-images",
      "arn:aws:iam::000000000000:role/shop-staging-migrate",
      "arn:aws:iam::000000000000:role/shop-staging-notify",
      "arn:aws:iam::000000000000:role/shop-staging-pipeline",
      "arn:aws:iam::000000000000:role/shop-staging-start",
      "arn:aws:iam::000000000000:role/shop-staging-task",
      "arn:aws:iam::000000000000:role/shop-staging-verify",
      "arn:aws:logs:us-east-1:000000000000:log-group:/aws/codebuild/shop-staging-build",
      "arn:aws:logs:us-east-1:000000000000:log-group:/aws/codebuild/shop-staging-images",
      "arn:aws:logs:us-east-1:000000000000:log-group:/aws/codebuild/shop-staging-migrate",
      "arn:aws:logs:us-east-1:000000000000:log-group:/aws/codebuild/shop-staging-verify",
      "arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/shop-staging-notify",
      "arn:aws:logs:us-east-1:000000000000:log-group:/ecs/shop-staging",
      "arn:aws:s3:::shop-staging-artifacts-000000000000-us-east-1",
      "arn:aws:s3:::shop-staging-files-000000000000-us-east-1",
      "arn:aws:s3:::shop-staging-program-000000000000-us-east-1",
      "arn:aws:sns:us-east-1:000000000000:shop-staging",
      "arn:aws:ssm:us-east-1:000000000000:parameter/web",
      "imagedefinitions-web.json",
      "shop-staging",
      "shop-staging-4b5e57",
      "shop-staging-access-000000000000-us-east-1",
      "shop-staging-artifacts-000000000000-us-east-1",
      "shop-staging-build",
      "shop-staging-execution",
      "shop-staging-files-000000000000-us-east-1",
      "shop-staging-flow-000000000000-us-east-1",
      "shop-staging-images",
      "shop-staging-migrate",
      "shop-staging-notify",
      "shop-staging-pipeline",
      "shop-staging-program-000000000000-us-east-1",
      "shop-staging-start",
      "shop-staging-task",
      "shop-staging-verify",
      "shop-staging-web",
      "shop/staging/web",
      "shop_staging",
    ]);
  });

  it("of the environment's own ECS service are the environment's, and those of another service contain its name", () => {
    expect([staging.service(""), staging.service("worker")]).to.deep.equal([
      {
        name: "shop-staging",
        family: "shop-staging",
        deployAction: "Deploy",
        imageDefinitions: "imagedefinitions.json",
      },
      {
        name: "shop-staging-worker",
        family: "shop-staging-worker",
        deployAction: "Deploy-worker",
        imageDefinitions: "imagedefinitions-worker.json",
      },
    ]);
  });

  it("have nothing in common with another environment's", () => {
    const others = new Set(texts({ ...production, place: undefined }));
    const shared = texts({ ...staging, place: undefined }).filter((text) => others.has(text));
    expect(shared).to.deep.equal([
      "arn:aws:ecs:us-east-1:000000000000:*",
      "arn:aws:application-autoscaling:us-east-1:000000000000:scalable-target/*",
      "arn:aws:cloudwatch:us-east-1:000000000000:alarm:*",
      "Deploy-web",
      "imagedefinitions-web.json",
      "arn:aws:ssm:us-east-1:000000000000:parameter/web",
    ]);
  });

  it("fit into the maximum length of a bucket's name with the longest prefix that is allowed", () => {
    const longest = "a".repeat(25) + staging.artifactBucket.name.slice(staging.prefix.length);
    expect(longest.replace("us-east-1", "ap-southeast-1").length).to.be.lessThan(64);
  });
});
