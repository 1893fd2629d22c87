import { randomBytes } from "node:crypto";
import { output } from "@pulumi/pulumi";
import { expect } from "chai";
import { Refusal } from "../../components/kit/refusal.ts";
import { cloud, only, refusal, valueOf } from "../support/cloud.ts";
import { allows, ineffective, needlesslyBroad, statementsOf, unknownActions } from "../support/iam.ts";
import { runProgram } from "../support/program.ts";
import type { Registration } from "../../testing/registration.ts";
import { changed, type Change } from "../support/settings.ts";
import { accountId, region } from "../support/cloud-state.ts";

const everything: Change = {
  databaseEngine: "postgres",
  cacheEngine: "valkey",
  bucket: "true",
  parameters: '["SECRET_KEY_BASE"]',
};
const secrets = { password: randomBytes(20).toString("hex"), token: randomBytes(20).toString("hex") };

/** Runs the program in an account that holds these parameters. */
function run(change: Change, stored: Readonly<Record<string, readonly [value: string, version: number]>> = {}) {
  const all: typeof stored = { "/shop/staging/SECRET_KEY_BASE": ["there", 1], ...stored };
  return runProgram({
    stack: "staging",
    config: changed(change),
    answers: {
      "aws:ssm/getParameter:getParameter": ({ name }) => {
        const [value, version] = all[String(name)] ?? [];
        if (value === undefined) throw refusal(`reading SSM Parameter (${String(name)}): couldn't find resource`);
        return { name, value, version };
      },
    },
  });
}

/** What an earlier `up` has put: with a password that is still the one, or another. */
const putBefore = (password = secrets.password): Readonly<Record<string, readonly [string, number]>> => ({
  "/shop/staging/.database/password": [secrets.password, 1],
  "/shop/staging/.cache/token": [secrets.token, 1],
  "/shop/staging/DATABASE_URL": [
    `postgres://app:${password}@shop-staging.c0ffee.us-east-1.rds.amazonaws.com:5432/shop_staging?sslmode=require`,
    4,
  ],
  "/shop/staging/REDIS_URL": [
    `rediss://:${secrets.token}@master.shop-staging.c0ffee.use1.cache.amazonaws.com:6379/0`,
    2,
  ],
});

const title = ({ type, name, options }: Registration) =>
  `${type.split(":").at(-1) ?? ""} ${name} in ${options.parent ?? "the stack"}`;

interface Definition {
  readonly name: string;
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly dockerLabels: Readonly<Record<string, string>>;
}

function definitionsOf(family: string): readonly Definition[] {
  const { inputs } = only("aws:ecs/taskDefinition:TaskDefinition", family);
  return JSON.parse(String(inputs["containerDefinitions"])) as readonly Definition[];
}

describe("the program with a database, a cache and a bucket", () => {
  it("creates them in addition, and changes only permissions of the rest", async () => {
    await run({ parameters: '["DATABASE_URL","SECRET_KEY_BASE"]' }, { "/shop/staging/DATABASE_URL": ["there", 1] });
    const before = cloud.map(title);
    await run(everything);
    const after = cloud.map(title);
    expect(before.filter((one) => !after.includes(one))).to.deep.equal([]);
    expect(after.filter((one) => !before.includes(one))).to.deep.equal([
      "SecurityGroup shop-staging-cache in Cache shop-staging-cache",
      "SecurityGroup shop-staging-database in Database shop-staging-database",
      "ReplicationGroup shop-staging-cache in Cache shop-staging-cache",
      "SubnetGroup shop-staging-cache in Cache shop-staging-cache",
      "RolePolicy shop-staging-task-statements in ActorRole shop-staging-task",
      "Instance shop-staging-database in Database shop-staging-database",
      "ParameterGroup shop-staging-database in Database shop-staging-database",
      "SubnetGroup shop-staging-database in Database shop-staging-database",
      "Bucket shop-staging-files in FilesBucket shop-staging-files",
      "BucketLifecycleConfiguration shop-staging-files in FilesBucket shop-staging-files",
      "BucketPolicy shop-staging-files in FilesBucket shop-staging-files",
      "BucketPublicAccessBlock shop-staging-files in FilesBucket shop-staging-files",
      "BucketServerSideEncryptionConfiguration shop-staging-files in FilesBucket shop-staging-files",
      "BucketVersioning shop-staging-files in FilesBucket shop-staging-files",
      "Parameter shop-staging-DATABASE_URL in ParameterStore shop-staging",
      "Parameter shop-staging-REDIS_URL in ParameterStore shop-staging",
      "Parameter shop-staging-cache-token in Cache shop-staging-cache",
      "Parameter shop-staging-database-password in Database shop-staging-database",
      "SecurityGroupIngressRule shop-staging-cache-from-tasks in EcsCluster shop-staging",
      "SecurityGroupIngressRule shop-staging-database-from-tasks in EcsCluster shop-staging",
      "Cache shop-staging-cache in the stack",
      "Database shop-staging-database in the stack",
      "FilesBucket shop-staging-files in the stack",
    ]);
  });

  it("stores the URL where the containers and the migration read it, before either can start", async () => {
    await run(everything, { "/shop/staging/.database/password": [secrets.password, 1] });
    const parameter = only("aws:ssm/parameter:Parameter", "shop-staging-DATABASE_URL");
    expect([parameter.inputs, parameter.secrets]).to.deep.equal([
      {
        name: "/shop/staging/DATABASE_URL",
        type: "SecureString",
        value: putBefore()["/shop/staging/DATABASE_URL"]?.[0],
      },
      ["value"],
    ]);
    const arn = `arn:aws:ssm:${region}:${accountId}:parameter/shop/staging/DATABASE_URL`;
    for (const family of ["shop-staging-migrate", "shop-staging-worker"]) {
      const [container] = definitionsOf(family);
      expect(container?.secrets.find(({ name }) => name === "DATABASE_URL")?.valueFrom, family).to.equal(arn);
      const { dependencies } = only("aws:ecs/taskDefinition:TaskDefinition", family);
      expect(dependencies, family).to.include.members([
        "Parameter shop-staging-DATABASE_URL",
        "SecurityGroupIngressRule shop-staging-database-from-tasks",
      ]);
    }
  });

  it("creates the URL whether parameters list its variable or not", async () => {
    for (const parameters of ['["SECRET_KEY_BASE"]', '["DATABASE_URL","SECRET_KEY_BASE"]']) {
      await run({ ...everything, parameters });
      const made = cloud.filter(({ name }) => name === "shop-staging-DATABASE_URL");
      expect(made.map(({ type }) => type)).to.deep.equal(["aws:ssm/parameter:Parameter"]);
    }
  });

  it("redeploys the containers that read a URL when it changes, and not when it does not", async () => {
    const labels = [];
    for (const stored of [{}, putBefore(), putBefore("another-password")]) {
      await run(everything, stored);
      const [worker] = definitionsOf("shop-staging-worker");
      labels.push(worker?.dockerLabels["compose-ecs-pipeline.parameters"]);
    }
    expect(labels).to.deep.equal(['{"DATABASE_URL":1}', '{"DATABASE_URL":4}', '{"DATABASE_URL":5}']);
  });

  it("shows neither password nor token in an output or in an input that is not secret", async () => {
    const outputs = await run(everything, putBefore());
    const told = await valueOf(output({ ...outputs }));
    const holds = (value: unknown) =>
      Object.values(secrets).some((secret) => JSON.stringify(value ?? "").includes(secret));
    expect(holds(told)).to.equal(false);
    const holding = cloud.flatMap(({ name, inputs, secrets: hidden }) =>
      Object.entries(inputs)
        .filter(([, value]) => holds(value))
        .map(([key]) => [name, key, hidden.includes(key)]),
    );
    expect(holding).to.deep.equal([
      ["shop-staging-cache", "authToken", true],
      ["shop-staging-database", "password", true],
      ["shop-staging-DATABASE_URL", "value", true],
      ["shop-staging-REDIS_URL", "value", true],
      ["shop-staging-cache-token", "value", true],
      ["shop-staging-database-password", "value", true],
    ]);
  });

  it("names the bucket in a plain variable, for the Compose file and for a build", async () => {
    await run({ ...everything, bucketVariable: "LOG_LEVEL" });
    const bucket = `shop-staging-files-${accountId}-${region}`;
    const { environment } = only("aws:codebuild/project:Project", "shop-staging-build").inputs as {
      environment: { environmentVariables: readonly { name: string; value: string; type: string }[] };
    };
    const told = environment.environmentVariables.filter(({ name }) => /^(LOG_LEVEL|COMPOSE_VARIABLES)$/.test(name));
    expect(told.map(({ name, value }) => [name, value])).to.have.deep.members([
      ["COMPOSE_VARIABLES", "LOG_LEVEL"],
      ["LOG_LEVEL", bucket],
    ]);
    const { inputs } = only("aws:ecs/taskDefinition:TaskDefinition", "shop-staging-migrate");
    expect(String(inputs["containerDefinitions"])).to.include(`{"name":"RAILS_LOG_LEVEL","value":"${bucket}"}`);
  });

  it("lets the application, and no one else, use its files and nothing more", async () => {
    await run({ ...everything, bucketPrefix: "uploads/" });
    const [own, other] = ["staging", "production"].map((of) => `arn:aws:s3:::shop-${of}-files-${accountId}-${region}`);
    const policies = cloud.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
    const grants = (role: string) =>
      policies
        .filter(({ inputs }) => inputs["role"] === role)
        .flatMap(({ inputs }) => statementsOf(String(inputs["policy"])));
    const task = grants("shop-staging-task");
    const deeds = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"];
    const listing = { "s3:prefix": "uploads/1" };
    expect(deeds.map((deed) => allows(task, deed, `${own}/uploads/1`))).to.deep.equal([true, true, true, true]);
    expect(allows(task, "s3:ListBucket", own ?? "", listing)).to.equal(true);
    const beyond = [
      ...deeds.flatMap((deed) => [`${own}/private/1`, `${other}/uploads/1`].map((of) => allows(task, deed, of))),
      allows(task, "s3:ListBucket", own ?? "", { "s3:prefix": "private/" }),
      allows(task, "s3:ListBucket", other ?? "", listing),
      ...["s3:DeleteObjectVersion", "s3:PutObjectAcl"].map((deed) => allows(task, deed, `${own}/uploads/1`)),
      ...["s3:DeleteBucket", "s3:PutBucketPolicy"].map((deed) => allows(task, deed, own ?? "")),
    ];
    expect(beyond.filter(Boolean)).to.deep.equal([]);
    const others = policies.filter(({ inputs }) => inputs["role"] !== "shop-staging-task");
    const statements = others.flatMap(({ inputs }) => statementsOf(String(inputs["policy"])));
    expect(deeds.map((deed) => allows(statements, deed, `${own}/uploads/1`))).to.deep.equal([
      false,
      false,
      false,
      false,
    ]);
    expect(await unknownActions(task)).to.deep.equal([]);
    expect(await needlesslyBroad(task)).to.deep.equal([]);
    expect(await ineffective(task)).to.deep.equal([]);
  });

  it("lets no role read the parameter of a password: containers read only the URL", async () => {
    await run(everything);
    const statements = cloud
      .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
      .flatMap(({ inputs }) => statementsOf(String(inputs["policy"])));
    const may = ["DATABASE_URL", ".database/password", ".cache/token"].map((name) =>
      allows(statements, "ssm:GetParameters", `arn:aws:ssm:${region}:${accountId}:parameter/shop/staging/${name}`),
    );
    expect(may).to.deep.equal([true, false, false]);
  });

  it("refuses, before anything is created, to replace a URL that does not come from this stack", async () => {
    const failure: unknown = await run(everything, {
      "/shop/staging/DATABASE_URL": ["postgres://shop:x@db.example/shop", 1],
    }).catch((error: unknown) => error);
    expect(failure instanceof Refusal ? failure.message : failure).to.equal(
      "DATABASE_URL: /shop/staging/DATABASE_URL already has a value, which does not lead to a server of this stack; set databaseVariable to another name, or delete the parameter if nothing runs yet (nothing was changed)",
    );
    expect(cloud).to.deep.equal([]);
  });
});
