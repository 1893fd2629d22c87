import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { type Engine, parameter, releaseOf, startEngine } from "./engine.ts";

describe("a database, a cache and a bucket on the real engine", function () {
  this.timeout(120_000);
  let engine: Engine;
  /** Every password that was ever in use. */
  const passwords = new Set<string>();
  const kept = ["/shop/staging/.database/password", "/shop/staging/.cache/token"];

  before(async () => {
    engine = await startEngine();
    for (const variable of ["DATABASE_URL", "SECRET_KEY_BASE"]) {
      await engine.change(parameter(`/shop/staging/${variable}`, "postgres://shop:x@db.example/shop"));
    }
    await engine.run("up", "staging", { configuration: { sourceRepository: "acme/shop" } });
    await engine.change(releaseOf("shop-staging", "aaaaaaa"));
    await engine.change(releaseOf("shop-staging-worker", "aaaaaaa"));
  });
  after(() => engine.close());

  /** Parameters in the store, whose passwords are remembered. */
  const stored = async () => {
    const { parameters } = await engine.cloud();
    for (const name of kept) passwords.add(parameters[name] ?? "");
    return parameters;
  };

  const rolled = ["aws:ecs/service:Service", "aws:ecs/taskDefinition:TaskDefinition"];
  // Verify's project has the number of each service's revision.
  const project = "aws:codebuild/project:Project";
  const everything = { databaseEngine: "postgres", cacheEngine: "valkey", bucket: "true" };

  it("are refused, with nothing changed, while another URL is where theirs would be", async () => {
    const before = await engine.cloud();
    const message = await engine.run("up", "staging", { configuration: everything }).then(
      () => "made",
      (error: unknown) => (error as Error).message,
    );
    expect(message).to.include("DATABASE_URL: /shop/staging/DATABASE_URL already has a value");
    expect(await engine.cloud()).to.deep.equal(before);
  });

  it("are added to a running stack, which loses nothing", async () => {
    const file = join(engine.directory, "docker-compose-staging.yml");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll("${DATABASE_URL}", "${PRIMARY_URL}"));
    const configuration = { databaseVariable: "PRIMARY_URL" };
    const { changes, touched } = await engine.run("up", "staging", { configuration });
    expect(touched).to.deep.equal([
      "aws:appautoscaling/target:Target",
      project,
      "aws:ec2/securityGroup:SecurityGroup",
      ...rolled,
      "aws:elasticache/replicationGroup:ReplicationGroup",
      "aws:elasticache/subnetGroup:SubnetGroup",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:rds/instance:Instance",
      "aws:rds/parameterGroup:ParameterGroup",
      "aws:rds/subnetGroup:SubnetGroup",
      "aws:s3/bucket:Bucket",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "aws:s3/bucketVersioning:BucketVersioning",
      "aws:ssm/parameter:Parameter",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "compose-ecs-pipeline:index:Cache",
      "compose-ecs-pipeline:index:Database",
      "compose-ecs-pipeline:index:FilesBucket",
    ]);
    // A revision for each service and for the migration, next to the old ones.
    expect([changes.replace, changes.delete]).to.deep.equal([3, 0]);
    const parameters = await stored();
    const [password = "", token = ""] = kept.map((name) => parameters[name]);
    expect([parameters["/shop/staging/PRIMARY_URL"], parameters["/shop/staging/REDIS_URL"]]).to.deep.equal([
      `postgres://app:${password}@shop-staging.c0ffee.us-east-1.rds.amazonaws.com:5432/shop_staging?sslmode=require`,
      `rediss://:${token}@master.shop-staging.c0ffee.use1.cache.amazonaws.com:6379/0`,
    ]);
  });

  it("have nothing to do the second time, and keep their passwords", async () => {
    const before = await stored();
    expect((await engine.run("up", "staging")).touched).to.deep.equal([]);
    expect(await stored()).to.deep.equal(before);
  });

  it("get another password when the kept one is deleted: server, URL and services change in one up, nothing in the next", async () => {
    const [passwordParameter = ""] = kept;
    const before = await stored();
    await engine.change(parameter(passwordParameter, undefined));
    const { touched } = await engine.run("up", "staging");
    expect(touched).to.deep.equal([project, ...rolled, "aws:rds/instance:Instance", "aws:ssm/parameter:Parameter"]);
    const after = await stored();
    expect(after[passwordParameter])
      .to.match(/^[0-9a-f]{40}$/)
      .and.not.to.equal(before[passwordParameter]);
    expect(after["/shop/staging/PRIMARY_URL"]).to.include(`:${after[passwordParameter]}@`);
    expect((await engine.run("preview", "staging")).touched).to.deep.equal([]);
  });

  it("take every other option, Aurora and its serverless instances too", async () => {
    const none = { databaseEngine: "aurora-mysql", databaseMultiAz: "true", databaseMinCapacity: "0" };
    const database = { ...none, databaseFinalSnapshot: "false", databaseSnapshot: "kept", databaseVersion: "8.0" };
    const cache = { cacheEngine: "redis", cacheReplicas: "1", cacheSnapshotDays: "1" };
    const bucket = { bucketPrefix: "uploads/", bucketVersionDays: "0", bucketCorsOrigins: ["https://shop.example"] };
    const { touched } = await engine.run("up", "staging", { configuration: { ...database, ...cache, ...bucket } });
    expect(touched).to.deep.equal([
      project,
      ...rolled,
      "aws:elasticache/replicationGroup:ReplicationGroup",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:rds/cluster:Cluster",
      "aws:rds/clusterInstance:ClusterInstance",
      "aws:rds/clusterParameterGroup:ClusterParameterGroup",
      "aws:rds/instance:Instance",
      "aws:rds/parameterGroup:ParameterGroup",
      "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "aws:s3/bucketVersioning:BucketVersioning",
      "aws:ssm/parameter:Parameter",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    ]);
    expect((await engine.run("preview", "staging")).touched).to.deep.equal([]);
  });

  it("leave no password in plain text in the state, its history or the configuration", async () => {
    await stored();
    expect(passwords.size).to.equal(3);
    const names = readdirSync(engine.state, { recursive: true, encoding: "utf8" });
    const paths = names.map((name) => join(engine.state, name)).filter((file) => statSync(file).isFile());
    const files = [...paths, join(engine.directory, "Pulumi.staging.yaml")];
    const holding = (text: string) => files.filter((file) => readFileSync(file, "utf8").includes(text));
    expect([...passwords].flatMap(holding)).to.deep.equal([]);
    // The control: what is no secret is found, so that the search does see into these files.
    expect(holding("shop-staging-database")).to.not.deep.equal([]);
  });
});
