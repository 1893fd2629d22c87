import { expect } from "chai";
import { cloud, only } from "../support/cloud.ts";
import { arn, duties } from "../support/duties.ts";
import { allows, ineffective, needlesslyBroad } from "../support/iam.ts";
import { grantsOf } from "../support/grants.ts";
import { runProgram } from "../support/program.ts";
import { accountId } from "../support/cloud-state.ts";

describe("the permissions of every environment", () => {
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
    expect(projects.map(({ inputs }) => inputs["encryptionKey"])).to.deep.equal([key, key, key]);
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
});
