import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { Refusal } from "../../scripts/kit/refusal.ts";
import { stackNames } from "../../scripts/pulumi/stack-names.ts";
import { type Engine, parameter, releaseOf, startEngine } from "./engine.ts";
import { verb } from "./verb.ts";

describe("a stack on the real engine", function () {
  this.timeout(120_000);
  let engine: Engine;
  const secrets = { staging: randomBytes(12).toString("hex"), changed: randomBytes(12).toString("hex") };

  before(async () => {
    engine = await startEngine();
    await engine.change(parameter("/shop/staging/DATABASE_URL", "there"));
    await engine.change(parameter("/shop/production/SECRET_KEY_BASE", "there"));
  });
  after(() => engine.close());

  it("creates everything from nothing, and changes nothing the second time", async () => {
    const configuration = { sourceRepository: "acme/shop", "secrets:SECRET_KEY_BASE": { secret: secrets.staging } };
    const first = await engine.runAlone("up", "staging", { configuration });
    const { environment, ...alone } = first.outputs;
    const { format, version, ...values } = environment as Readonly<Record<string, unknown>>;
    expect([format, typeof version, alone]).to.deep.equal([1, "string", values]);
    const { templates, ...outputs } = alone;
    expect(Object.keys(templates as object)).to.deep.equal(["shop-staging", "shop-staging-worker"]);
    expect(outputs).to.deep.equal({
      accountId: "000000000000",
      deploymentAlarms: [],
      taskCounts: { "shop-staging": { least: 2, most: 2 }, "shop-staging-worker": { least: 1, most: 1 } },
      clusterName: "shop-staging",
      logGroup: "/ecs/shop-staging",
      madeRevisions: {
        "shop-staging": "arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging:1",
        "shop-staging-worker": "arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging-worker:1",
        "shop-staging-migrate": "arn:aws:ecs:us-east-1:000000000000:task-definition/shop-staging-migrate:1",
      },
      parameterPath: "/shop/staging",
      pipelineName: "shop-staging",
      region: "us-east-1",
      releaseFamilies: ["shop-staging-migrate"],
      repositories: {
        proxy: "000000000000.dkr.ecr.us-east-1.amazonaws.com/shop/staging/proxy",
        web: "000000000000.dkr.ecr.us-east-1.amazonaws.com/shop/staging/web",
      },
      rollbackHold: "/shop/staging/.release/rollback-hold",
      verbLock: "/shop/staging/.release/lock",
      serviceNames: ["shop-staging", "shop-staging-worker"],
      url: "http://shop-staging.elb.amazonaws.com",
    });
    const second = await engine.runAlone("up", "staging");
    const made = first.changes.create + first.changes.same; // the first operation creates the stack itself
    expect(second.changes).to.deep.equal({ create: 0, same: made, update: 0, replace: 0, delete: 0 });
    expect(second.outputs).to.deep.equal(first.outputs);
  });

  it("gives the command line its names without the passphrase, and an error for a stack that does not exist", async () => {
    const environment = { ...engine.environment, PULUMI_CONFIG_PASSPHRASE: undefined };
    const at = { projectDirectory: engine.directory, environment };
    const { stack, region, pipeline, cluster, services, releaseFamilies } = await stackNames("staging", at);
    expect({ stack, region, pipeline, cluster, services, releaseFamilies }).to.deep.equal({
      stack: "staging",
      region: "us-east-1",
      pipeline: "shop-staging",
      cluster: "shop-staging",
      services: ["shop-staging", "shop-staging-worker"],
      releaseFamilies: ["shop-staging-migrate"],
    });
    const failure: unknown = await stackNames("qa", at).catch((error: unknown) => error);
    expect(failure instanceof Refusal ? failure.message : failure).to.equal("stack qa: no stack named 'qa' found");
  });

  it("changes a parameter, and rolls the service whose containers read it, not the other", async () => {
    const configuration = { "secrets:SECRET_KEY_BASE": { secret: secrets.changed } };
    const preview = await engine.runAlone("preview", "staging", { configuration });
    const { changes, touched } = await engine.runAlone("up", "staging");
    // The step Verify knows the number of the revision.
    const types = ["codebuild/project:Project", "ecs/service:Service", "ecs/taskDefinition:TaskDefinition"];
    const expected = [...types, "ssm/parameter:Parameter"].map((type) => `aws:${type}`);
    expect([preview.touched, touched]).to.deep.equal([expected, expected]);
    const { create, update, replace, delete: gone } = changes;
    expect({ create, update, replace, gone }).to.deep.equal({ create: 0, update: 3, replace: 1, gone: 0 });
    expect((await engine.cloud()).parameters["/shop/staging/SECRET_KEY_BASE"]).to.equal(secrets.changed);
  });

  it("creates the notifications when it is given e-mail addresses, and changes nothing the second time", async () => {
    const told = await engine.run("up", "staging", {
      configuration: { notificationEmails: ["team@example.com"] },
    });
    expect(told.touched).to.deep.equal([
      "aws:cloudwatch/eventRule:EventRule",
      "aws:cloudwatch/eventTarget:EventTarget",
      "aws:cloudwatch/logGroup:LogGroup",
      "aws:iam/role:Role",
      "aws:iam/rolePolicy:RolePolicy",
      "aws:lambda/function:Function",
      "aws:lambda/permission:Permission",
      "aws:sns/topic:Topic",
      "aws:sns/topicPolicy:TopicPolicy",
      "aws:sns/topicSubscription:TopicSubscription",
      "compose-ecs-pipeline:index:ActorRole",
      "compose-ecs-pipeline:index:Notifications",
    ]);
    expect((await engine.run("preview", "staging")).touched).to.deep.equal([]);
  });

  it("keeps no secret in plain text, neither in the state nor in its history and configuration", () => {
    const files = [...filesUnder(engine.state), join(engine.directory, "Pulumi.staging.yaml")];
    const telling = files.filter((file) => Object.values(secrets).some((value) => holds(file, value)));
    expect(telling).to.deep.equal([]);
    // The control: what is no secret is found, so that the search does see into these files.
    expect(files.filter((file) => holds(file, "shop-staging-migrate"))).to.not.deep.equal([]);
  });

  it("empties staging when it is destroyed, and leaves what it did not create", async () => {
    await engine.change(releaseOf("shop-staging", "aaaaaaa"));
    await engine.runAlone("destroy", "staging");
    const { services, repositories, parameters } = await engine.cloud();
    expect({ services, repositories, parameters: Object.keys(parameters).toSorted() }).to.deep.equal({
      services: [],
      repositories: {},
      parameters: ["/shop/production/SECRET_KEY_BASE", "/shop/staging/DATABASE_URL"],
    });
  });

  it("refuses to destroy production while images or data are there, says what is protected, and changes nothing", async () => {
    await engine.run("up", "production", { configuration: { sourceRepository: "acme/shop" } });
    await engine.change(releaseOf("shop-production", "bbbbbbb"));
    const before = await engine.cloud();
    const { code, out, err } = await verb(engine, "destroy --stack production --yes");
    expect({ code, out, err }).to.deep.equal({
      code: 1,
      out: [],
      err: [
        "protected: bucket shop-production-access-logs",
        "protected: bucket shop-production-artifacts",
        "protected: bucket shop-production-flow-logs",
        "protected: parameter shop-production-DATABASE_URL",
        "protected: repository shop-production-proxy",
        "protected: repository shop-production-web",
        "stack production: nothing was deleted; to delete it all the same, run `pulumi config set protect false --stack production`, then `up`, then `destroy` again",
      ],
    });
    expect(await engine.cloud()).to.deep.equal(before);
  });
});

function filesUnder(folder: string): readonly string[] {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.map((name) => join(folder, name)).filter((file) => statSync(file).isFile());
}

const holds = (file: string, text: string): boolean => readFileSync(file, "utf8").includes(text);
