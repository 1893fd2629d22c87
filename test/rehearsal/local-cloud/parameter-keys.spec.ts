import { RunTaskCommand, type Task } from "@aws-sdk/client-ecs";
import { IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { decryptParameters } from "../../../components/kit/kms-keys.ts";
import { namesOf } from "../../../components/kit/names.ts";
import { parameterValues } from "../../../local-cloud/codebuild/parameters.ts";
import { base, cluster, startEcsWorld, until, type EcsWorld } from "./ecs-world.ts";
import { accountId, policy, region, startLocalEndpoint, type LocalEndpoint } from "./local-endpoint.ts";

const path = "/shop/staging";
const parameter = (name: string) => `arn:aws:ssm:${region}:${accountId}:parameter${path}/${name}`;

/** What `components/kit/kms-keys.ts` gives a role that reads these parameters. */
const decrypt = (Resource: string, name = "*", service = "ssm") => ({
  Effect: "Allow",
  Action: "kms:Decrypt",
  Resource,
  Condition: {
    StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` },
    StringLike: { "kms:EncryptionContext:PARAMETER_ARN": [parameter(name)] },
  },
});
const read = {
  Effect: "Allow",
  Action: ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
  Resource: [parameter("*"), `arn:aws:ssm:${region}:${accountId}:parameter${path}`],
};

describe("a parameter under a KMS key of the account's own, on the local cloud,", function () {
  this.timeout(60_000);
  let local: LocalEndpoint;
  let key: string;
  let roles = 0;

  before(async () => {
    local = await startLocalEndpoint();
    const kms = new KMSClient(local.asRoot);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    key = KeyMetadata?.Arn ?? "";
    await kms.send(new CreateAliasCommand({ AliasName: "alias/shop", TargetKeyId: key }));
    const ssm = new SSMClient(local.asRoot);
    const under = { ALIAS: "alias/shop", ARN: key, ID: key.replace(/^.*\//, ""), DEFAULT: undefined };
    for (const [name, KeyId] of Object.entries(under)) {
      const put = { Name: `${path}/${name}`, Type: "SecureString", Value: `value of ${name}`, KeyId } as const;
      await ssm.send(new PutParameterCommand(put));
    }
    await ssm.send(new PutParameterCommand({ Name: `${path}/PLAIN`, Type: "String", Value: "plain" }));
  });
  after(() => local.close());

  /** A role's credentials for CodeBuild, with these statements. */
  async function roleWith(...statements: readonly object[]) {
    const role = await local.role(`reader-${(roles += 1)}`, "codebuild.amazonaws.com", statements);
    return await local.identity.assume(role, "codebuild.amazonaws.com", "build");
  }
  const outcome = (promise: Promise<unknown>) =>
    promise.then(
      () => "done",
      (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : error),
    );
  const denied = (role: number) =>
    `AccessDeniedException: User: arn:aws:sts::${accountId}:assumed-role/reader-${role}/build is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because no identity-based policy allows the kms:Decrypt action`;

  it("is named by the alias, ARN or id that it was put with, as AWS names it", async () => {
    const { Parameters = [] } = await new SSMClient(local.asRoot).send(new DescribeParametersCommand({}));
    expect(
      Object.fromEntries(Parameters.map(({ Name = "", KeyId }) => [Name.replace(`${path}/`, ""), KeyId])),
    ).to.deep.equal({
      ALIAS: "alias/shop",
      ARN: key,
      ID: key.replace(/^.*\//, ""),
      DEFAULT: "alias/aws/ssm",
      PLAIN: undefined,
    });
  });

  it("is decrypted by any operation only for a role that may decrypt with that key", async () => {
    const asked = (ssm: SSMClient) => [
      ...["ALIAS", "ARN", "ID"].map((name) =>
        ssm.send(new GetParametersCommand({ Names: [`${path}/${name}`], WithDecryption: true })),
      ),
      ssm.send(new GetParameterCommand({ Name: `${path}/ARN`, WithDecryption: true })),
      ssm.send(new GetParameterCommand({ Name: `${path}/ARN:1`, WithDecryption: true })),
      ssm.send(new GetParametersByPathCommand({ Path: path, WithDecryption: true })),
    ];
    const without = new SSMClient({ ...local.asRoot, credentials: await roleWith(read) });
    const granted = new SSMClient({ ...local.asRoot, credentials: await roleWith(read, decrypt(key)) });
    const refusal = denied(1);
    expect(await Promise.all(asked(without).map(outcome))).to.deep.equal(asked(without).map(() => refusal));
    expect(await Promise.all(asked(granted).map(outcome))).to.deep.equal(asked(granted).map(() => "done"));
  });

  it("is refused to a role with another key, for another parameter, or through another service", async () => {
    const first = roles;
    const others = [decrypt(`${key}0`), decrypt(key, "OTHER"), decrypt(key, "*", "secretsmanager")];
    const seen: unknown[] = [];
    for (const statement of others) {
      const ssm = new SSMClient({ ...local.asRoot, credentials: await roleWith(read, statement) });
      seen.push(await outcome(ssm.send(new GetParameterCommand({ Name: `${path}/ARN`, WithDecryption: true }))));
    }
    expect(seen).to.deep.equal(others.map((_, index) => denied(first + index + 1)));
  });

  it("needs no grant when it is plain, under aws/ssm, or not decrypted", async () => {
    const ssm = new SSMClient({ ...local.asRoot, credentials: await roleWith(read) });
    const names = [`${path}/PLAIN`, `${path}/DEFAULT`];
    expect([
      await outcome(ssm.send(new GetParametersCommand({ Names: names, WithDecryption: true }))),
      await outcome(ssm.send(new GetParameterCommand({ Name: `${path}/ARN` }))),
    ]).to.deep.equal(["done", "done"]);
  });

  it("is set only by a role that may encrypt with the key", async () => {
    const put = { Effect: "Allow", Action: "ssm:PutParameter", Resource: parameter("*") };
    const encrypt = { ...decrypt(key), Action: "kms:Encrypt" };
    const seen: unknown[] = [];
    for (const statements of [[put], [put, encrypt]]) {
      const ssm = new SSMClient({ ...local.asRoot, credentials: await roleWith(...statements) });
      const input = { Name: `${path}/NEW`, Type: "SecureString", Value: "new", KeyId: "alias/shop" } as const;
      seen.push(await outcome(ssm.send(new PutParameterCommand(input))));
    }
    const user = `arn:aws:sts::${accountId}:assumed-role/reader-${roles - 1}/build`;
    expect(seen).to.deep.equal([
      `AccessDeniedException: User: ${user} is not authorized to perform: kms:Encrypt on resource: ${key} because no identity-based policy allows the kms:Encrypt action`,
      "done",
    ]);
  });

  it("gives no role the key outside Parameter Store", async () => {
    const { CiphertextBlob } = await new KMSClient(local.asRoot).send(
      new EncryptCommand({ KeyId: key, Plaintext: Buffer.from("a") }),
    );
    const kms = new KMSClient({ ...local.asRoot, credentials: await roleWith(read, decrypt(key)) });
    const free = { Effect: "Allow", Action: "kms:Decrypt", Resource: key };
    const control = new KMSClient({ ...local.asRoot, credentials: await roleWith(free) });
    const direct = await outcome(kms.send(new DecryptCommand({ CiphertextBlob })));
    expect(String(direct)).to.match(/^AccessDenied/);
    expect(await outcome(control.send(new DecryptCommand({ CiphertextBlob })))).to.equal("done");
  });

  it("fails a build that reads it without the grant, and is read by a build with it", async () => {
    const values = async (...statements: readonly object[]) => [
      ...(await parameterValues(local.world, await roleWith(...statements), [`${path}/ALIAS`])).values(),
    ];
    expect([await outcome(values(read)), await values(read, decrypt(key))]).to.deep.equal([
      `Error: ${denied(roles - 1)}`,
      ["value of ALIAS"],
    ]);
  });
});

describe("a task whose secret is under a KMS key of the account's own", function () {
  this.timeout(120_000);
  let world: EcsWorld;
  let key: string;
  let definition: string;
  const name = "/shop/test/KEYED";

  before(async () => {
    world = await startEcsWorld();
    const { KeyMetadata } = await new KMSClient(world.local.asRoot).send(new CreateKeyCommand({}));
    key = KeyMetadata?.Arn ?? "";
    const put = { Name: name, Type: "SecureString", Value: "told", KeyId: key } as const;
    await new SSMClient(world.local.asRoot).send(new PutParameterCommand(put));
    definition = await world.register("keyed", {
      name: "web",
      image: base,
      command: ["sh", "-c", '[ "$KEYED" = told ] && exit 7'],
      stopTimeout: 2,
      secrets: [{ name: "KEYED", valueFrom: `arn:aws:ssm:${region}:${accountId}:parameter${name}` }],
    });
  });
  after(() => world.close());

  /** Runs the task to its end; returns why it ended, and its container's exit code. */
  async function run() {
    const networkConfiguration = { awsvpcConfiguration: { subnets: ["subnet-1"] } };
    const { tasks = [] } = await world.client.send(
      new RunTaskCommand({ cluster, taskDefinition: definition, networkConfiguration }),
    );
    const stopped = (task: Task) => task.lastStatus === "STOPPED";
    const { stopCode, stoppedReason, containers } = await until(() => world.task(tasks[0]?.taskArn ?? ""), stopped);
    return {
      stopCode,
      stoppedReason: stoppedReason?.replace(/\/[0-9a-f]{32} /, "/TASK "),
      code: containers?.[0]?.exitCode,
    };
  }

  it("does not start without the grant, and shows AWS's message", async () => {
    expect(await run()).to.deep.equal({
      stopCode: "TaskFailedToStart",
      stoppedReason: `ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 1 time(s): AccessDeniedException: User: arn:aws:sts::${accountId}:assumed-role/execution/TASK is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because no identity-based policy allows the kms:Decrypt action`,
      code: undefined,
    });
  });

  it("starts, and has the value, with what the program grants where parameterKmsKeyArns names the key", async () => {
    const names = namesOf("shop", "test", { partition: "aws", region, accountId });
    const granted = decryptParameters(names, [key], [name]);
    await new IAMClient(world.local.asRoot).send(
      new PutRolePolicyCommand({ RoleName: "execution", PolicyName: "keys", PolicyDocument: policy(granted) }),
    );
    expect(await run()).to.deep.equal({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      code: 7,
    });
  });
});
