import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteServiceCommand,
  DescribeServicesCommand,
  ECSClient,
  RunTaskCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import { CreateRoleCommand, DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetParametersCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { expect } from "chai";
import type { Asked, Credentials, LocalCloud } from "../../local-cloud/index.ts";
import type { Surroundings } from "../../rehearsal/example/surroundings.ts";
import type { Change } from "../../rehearsal/kit/commits.ts";
import { dutiesOf, type Duty } from "../../scripts/people/verb-grants.ts";
import { startSmallWorld } from "./retry-world.ts";

/** A command line. */
type Words = readonly [name: keyof typeof dutiesOf, ...options: readonly string[]];

interface Policy {
  readonly Version: string;
  readonly Statement: readonly {
    readonly Sid?: string;
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
  }[];
}

/** Actions that ministack checks on `*`, since it reads no resource from such a request. */
const unread = /^((ec2|elasticloadbalancing|cloudwatch):|ecr:DescribeRepositories$)/;

/** A file of docs/policies/, for the account of the local cloud; actions that ministack checks on `*` are granted on `*`. */
function policyFile(name: string): Policy {
  const text = readFileSync(`docs/policies/${name}.json`, "utf8").replaceAll("111111111111", "000000000000");
  const { Version, Statement } = JSON.parse(text) as Policy;
  const asked = Statement.flatMap((statement) => {
    const Action = statement.Action.filter((action) => unread.test(action));
    return Action.length === 0 ? [] : [{ ...statement, Action, Resource: ["*"] }];
  });
  return { Version, Statement: [...Statement, ...asked] };
}

/** After its release there is an earlier one to go back to. */
const second: Change = { message: "A note", fails: false, edits: [{ file: "app/note.txt", text: "two\n" }] };

const operating = [...policyFile("look").Statement, ...policyFile("operate").Statement];

/** The statements of some duties. */
const statementsFor = (duties: readonly string[]): Policy => ({
  Version: "2012-10-17",
  Statement: operating.filter(({ Sid = "" }) => duties.includes(Sid.replace(/\d+$/, ""))),
});

describe("a person with the statements of docs/people.md", function () {
  this.timeout(300_000);
  const lines: string[] = [];
  const asked: Asked[] = [];
  let around: Surroundings;
  let operator: Credentials;

  /** Creates a role that a person of the account may assume, and assumes it. */
  async function person(cloud: LocalCloud, name: string) {
    const { region, endpointUrl: endpoint } = cloud.world;
    const client = { region, endpoint, credentials: { accessKeyId: "test", secretAccessKey: "test" } };
    const trust = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::000000000000:root" }, Action: "sts:AssumeRole" };
    const iam = new IAMClient(client);
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
    const { Credentials: given } = await new STSClient(client).send(
      new AssumeRoleCommand({ RoleArn: Role?.Arn ?? "", RoleSessionName: name }),
    );
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = given ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  }
  const put = (iam: IAMClient, RoleName: string, PolicyName: string, policy: Policy) =>
    iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(policy) }));

  /** Runs a verb as someone with exactly these duties. */
  async function verbWith(duties: readonly string[], args: readonly string[]) {
    const iam = new IAMClient(around.client);
    const policy = statementsFor(duties);
    if (policy.Statement.length > 0) await put(iam, "operator", "duties", policy);
    else await iam.send(new DeleteRolePolicyCommand({ RoleName: "operator", PolicyName: "duties" }));
    asked.length = 0;
    const outcome = await around.commandLine(args, operator);
    lines.push(`${args.join(" ")} [${duties.join(" ")}]: ${outcome.code}`, ...outcome.lines);
    const denied = asked.filter(({ roleArn, allowed }) => roleArn.endsWith("/operator") && allowed === false);
    return { ...outcome, denied: [...new Set(denied.map(({ action }) => action))] };
  }

  /** Makes a call as a role; returns the action that it was denied. */
  async function deniedTo(as: Credentials, call: (client: Surroundings["client"]) => Promise<unknown>) {
    const refused: unknown = await call({ ...around.client, credentials: as }).catch((error: unknown) => error);
    return /not authorized to perform: (\S+)/.exec(refused instanceof Error ? refused.message : "")?.[1];
  }

  before(async () => {
    const world = await startSmallWorld({
      log: (line) => lines.push(line),
      settings: { approval: true },
      onAsked: (one) => asked.push(one),
    });
    around = world.around;
    operator = await person(around.cloud, "operator");
    // Without it, each preview checks the types of the whole program.
    rmSync(join(around.checkout, "tsconfig.json"));
    for (const change of [undefined, second]) {
      const { executionId } = await around.push(change);
      expect((await around.runOf(executionId)).status).to.equal("Succeeded");
    }
  });
  after(async function () {
    if (this.test?.parent?.tests.some(({ state }) => state === "failed")) process.stdout.write(`${lines.join("\n")}\n`);
    await around.close();
  });

  /** Someone with exactly the duties of a verb may run it. */
  const isEnough = ([name, ...words]: Words) => {
    it(`may run ${[name, ...words].join(" ")}`, async () => {
      writeFileSync(join(around.directory, "extra.env"), "EXTRA=more\n");
      const given = words.map((word) => (word === "extra.env" ? join(around.directory, word) : word));
      const { code, denied, lines: said } = await verbWith(dutiesOf[name], [name, ...given]);
      expect({ code, denied, said: code === 0 ? [] : said }).to.deep.equal({ code: 0, denied: [], said: [] });
    });
  };

  /** Someone without one of the duties of a verb is denied what that duty allows. */
  const isNeeded = (duty: Duty, [name, ...words]: Words) => {
    it(`is denied ${name} without ${duty}`, async () => {
      const duties = dutiesOf[name].filter((one) => one !== duty);
      const { code, lines: said } = await verbWith(duties, [name, ...words]);
      const [, refused = said.join("\n")] = /not authorized to perform: (\S+)/.exec(said.join("\n")) ?? [];
      expect(code).to.equal(1);
      expect(statementsFor([duty]).Statement.flatMap(({ Action }) => Action)).to.include(refused);
    });
  };

  for (const words of [
    ["status"],
    ["verify"],
    ["revisions"],
    ["logs", "--since", "1h"],
    ["preview"],
    ["cost"],
    ["run", "--container", "web", "--", "echo", "hello"],
    ["parameters", "list"],
    ["parameters", "import", "extra.env", "--yes"],
    ["pause", "--reason", "lunch"],
    ["resume", "--yes"],
  ] as const)
    isEnough(words);

  for (const [duty, words] of [
    ["Look", ["status"]],
    ["Release", ["release", "--yes"]],
    ["Hold", ["pause", "--reason", "lunch"]],
    ["Rollback", ["rollback", "--yes"]],
    ["Run", ["run", "--container", "web", "--", "echo", "hello"]],
    ["Parameters", ["parameters", "list"]],
    ["Plan", ["preview"]],
  ] as const)
    isNeeded(duty, words);

  for (const words of [
    ["rollback", "--yes"],
    ["resume", "--yes"],
    ["release", "--yes"],
  ] as const)
    isEnough(words);

  it("may run approve", async () => {
    let waits = await around.commandLine(["status"]);
    const until = async (isSo: () => boolean) => {
      while (!isSo()) {
        await sleep(500);
        waits = await around.commandLine(["status"]);
      }
    };
    await until(() => waits.lines.some((line) => line.startsWith("waits for approval")));
    const { code, denied, lines: said } = await verbWith(dutiesOf.approve, ["approve", "--yes"]);
    expect({ code, denied, said: code === 0 ? [] : said }).to.deep.equal({ code: 0, denied: [], said: [] });
    await until(() => !waits.lines.some((line) => /^(waits for approval|in Release)/.test(line)));
  });

  it("may neither delete the service, nor reach another environment, nor start tasks of another family", async () => {
    const duties = Object.values(dutiesOf).flat();
    await put(new IAMClient(around.client), "operator", "duties", statementsFor(duties));
    const ecs = (client: Surroundings["client"]) => new ECSClient(client);
    const [cluster, service] = ["shop-staging", "shop-staging"];
    expect([
      await deniedTo(operator, (client) => ecs(client).send(new DeleteServiceCommand({ cluster, service }))),
      await deniedTo(operator, (client) =>
        ecs(client).send(new UpdateServiceCommand({ cluster: "shop-production", service: "shop-production" })),
      ),
      await deniedTo(operator, (client) =>
        ecs(client).send(new RunTaskCommand({ cluster: "shop-production", taskDefinition: "shop-production" })),
      ),
      await deniedTo(operator, (client) =>
        new SSMClient(client).send(new GetParametersCommand({ Names: ["/shop/production/DATABASE_URL"] })),
      ),
      await deniedTo(operator, (client) =>
        new SSMClient(client).send(
          new PutParameterCommand({ Name: "/shop/production/DATABASE_URL", Value: "x", Type: "String" }),
        ),
      ),
      await deniedTo(operator, (client) =>
        ecs(client).send(new DescribeServicesCommand({ cluster, services: [service] })),
      ),
    ]).to.deep.equal([
      "ecs:DeleteService",
      "ecs:UpdateService",
      "ecs:RunTask",
      "ssm:GetParameters",
      "ssm:PutParameter",
      undefined, // the control: this it may
    ]);
  });
});
