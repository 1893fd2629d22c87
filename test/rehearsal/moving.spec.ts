import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeSecurityGroupRulesCommand, DescribeSecurityGroupsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetParametersByPathCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { parse } from "yaml";
import { stepByStep } from "../support/step-by-step.ts";
import { scaleClassic } from "./moving-classic.ts";
import { blocksOf, needsAws, type Block } from "./moving-page.ts";
import { page, startTeam, type Team } from "./moving-team.ts";
import { startTraffic, type Traffic } from "./moving-traffic.ts";

// docs/moving.md is followed from its first block to its last, in one shell, while clients of the domain read and write.
describe("a team that moves from a set-up made by hand, as docs/moving.md says,", function () {
  this.timeout(240_000);
  stepByStep();
  const blocks = blocksOf(page());
  const done = new Set<Block>();
  let team: Team;
  let traffic: Traffic | undefined;

  before(async () => {
    team = await startTeam();
    expect(await team.ended("shop")).to.equal("Succeeded");
    await scaleClassic(team, 1);
    await serves("shop");
    traffic = startTraffic(team, 20);
  });
  after(async function () {
    if (this.test?.parent?.tests.some(({ state }) => state === "failed"))
      process.stdout.write(`${team.lines.slice(-200).join("\n")}\n`);
    await traffic?.stop();
    await team.close();
  });

  /** Runs the commands below a heading, but those that need AWS; returns what they print. */
  const follow = async (heading: string): Promise<string> => {
    const own = blocks.filter((block) => block.heading === heading && block.language === "sh" && !needsAws(block));
    if (own.length === 0) throw new Error(`docs/moving.md has no commands below "${heading}"`);
    const printed: string[] = [];
    for (const block of own) {
      done.add(block);
      printed.push(await team.run(block.text));
    }
    return printed.join("");
  };
  const yaml = (heading: string): string =>
    blocks.find((block) => block.heading === heading && block.language === "yaml")?.text ?? "";
  const file = (path: string): string => readFileSync(join(team.checkout, path), "utf8");
  const urlOf = (name: string) => team.cloud.ecs.loadBalancers().find((one) => one.name === name)?.url ?? "";
  const get = async (name: string, path: string, headers = {}) => {
    const answer = await fetch(`${urlOf(name)}${path}`, { headers });
    return { status: answer.status, text: await answer.text(), cookie: answer.headers.get("set-cookie") ?? "" };
  };
  const serves = async (name: string): Promise<void> => {
    for (let left = 150; left > 0; left -= 1) {
      const status = urlOf(name) === "" ? 0 : (await get(name, "/up")).status;
      if (status === 200) return;
      await pause(200);
    }
    throw new Error(`${name} does not serve`);
  };
  /** Lets clients go on until so many more of their requests were answered by a load balancer. */
  const answeredBy = async (name: string, more: number): Promise<void> => {
    const wanted = (traffic?.answered[name] ?? 0) + more;
    for (let left = 100; (traffic?.answered[name] ?? 0) < wanted; left -= 1) {
      if (left === 0) throw new Error(`${name} answers no client: ${JSON.stringify(traffic?.answered)}`);
      await pause(200);
    }
  };

  it("learns what becomes of its buildspec, and that no name is taken", async () => {
    const printed = await follow("Moving from a set-up made by hand");
    const example = [...(blocks.find(({ text }) => text.startsWith("cat >.env.example"))?.text ?? "").split("\n")];
    expect(printed).to.include(
      example
        .slice(1, example.indexOf("END"))
        .map((line) => `  ${line}\n`)
        .join(""),
    );
    expect(printed).to.include("migrate:\n    profiles: [release]");
    expect((await follow("Names")).trim()).to.equal("");
  });

  it("makes the project next to its files, with the migration as a release service", async () => {
    await follow("1. Write down the variables");
    const printed = await follow("2. Make the project");
    expect(printed).to.include("docker-compose-live.yml: no problems");
    const { services } = parse(file("docker-compose-live.yml")) as { readonly services: object };
    expect(services).to.deep.include(parse(yaml("2. Make the project")));
  });

  it("keeps network, connection, database and parameters", async () => {
    const heading = "3. Use the network, the database and the parameters that you have";
    const printed = await follow(heading);
    const { vpcId, subnetIds, connectionArn } = team.classic;
    for (const text of [vpcId, ...subnetIds, connectionArn, "/shop/DATABASE_URL"]) expect(printed).to.include(text);
    const made = (parse(file("infra/Pulumi.live.yaml")) as StackFile).config;
    const text = yaml(heading)
      .replace(/arn:aws:codeconnections:\S+…/, connectionArn)
      .replace("vpc-…", vpcId)
      .replace("subnet-1…, subnet-2…", subnetIds.join(", "));
    expect(text).to.not.include("…");
    const wanted = (parse(text) as StackFile).config;
    const { "shop:parameters": names, ...others } = made;
    expect(wanted).to.deep.include(others);
    expect((wanted["shop:parameters"] as readonly string[]).map((one) => one.replace(/=.*/, ""))).to.deep.equal(names);
    writeFileSync(join(team.checkout, "infra/Pulumi.live.yaml"), text);
    await follow("4. Put the other values");
    const { Parameters = [] } = await new SSMClient(team.client).send(
      new GetParametersByPathCommand({ Path: "/shop/live" }),
    );
    expect(Parameters.map(({ Name, Type }) => [Name, Type])).to.deep.equal([
      ["/shop/live/SMTP_PASSWORD", "SecureString"],
    ]);
  });

  it("brings the environment up, and lets its tasks reach the database", async () => {
    await follow("5. Bring it up, and let its tasks reach the database");
    const ec2 = new EC2Client(team.client);
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
    const nameOf = (id = "") => SecurityGroups.find(({ GroupId }) => GroupId === id)?.GroupName?.replace(/-\w{7}$/, "");
    const Filters = [{ Name: "group-id", Values: [team.classic.groups["shop-database"]] }];
    const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({ Filters }));
    const letIn = SecurityGroupRules.filter(({ IsEgress }) => IsEgress !== true);
    expect(
      letIn.map(({ FromPort, ReferencedGroupInfo }) => [FromPort, nameOf(ReferencedGroupInfo?.GroupId)]),
    ).to.deep.equal([
      [5432, "shop-tasks"],
      [5432, "shop-live-tasks"],
    ]);
  });

  it("releases it with a migration that the old code survives, and both serve from one database", async () => {
    const migration = "ALTER TABLE notes ADD COLUMN author text NOT NULL DEFAULT 'unknown';\n";
    writeFileSync(join(team.checkout, "db/migrate/002_add_author.sql"), migration);
    await follow("6. Release it");
    expect(team.pushed()).to.have.lengthOf(2);
    expect(await team.ended("shop-live")).to.equal("Succeeded");
    await serves("shop-live");
    const files = ["db/migrate/001_create_notes.sql", "db/migrate/002_add_author.sql"];
    expect((await get("shop-live", "/migrations")).text.split("\n")).to.deep.equal(files);
    const query = "--query 'pipelineExecutionSummaries[0].status' --output text";
    expect(await team.run(`aws codepipeline list-pipeline-executions --pipeline-name shop ${query}`)).to.equal(
      "InProgress\n",
    );
    await answeredBy("shop", 20);
    const [old, now] = [await get("shop", "/notes"), await get("shop-live", "/notes")];
    expect(now.text.split("\n")).to.include.members(old.text.split("\n"));
    const { cookie } = await get("shop", "/session");
    expect((await get("shop-live", "/session", { cookie })).text).to.equal("known: anna");
  });

  it("moves the name to it, back, and again, by weights", async () => {
    expect(await team.resolve()).to.have.lengthOf(1);
    await follow("8. Move DNS");
    await answeredBy("shop-live", 40);
    await follow("9. Go back, if you have to");
    await answeredBy("shop", 40);
    expect((await get("shop", "/notes")).text.split("\n")).to.include.members(traffic?.written ?? []);
  });

  it("deletes the old one in the page's order, and the new one goes on", async () => {
    await follow("10. Delete the old one");
    await answeredBy("shop-live", 40);
    expect(await team.resolve()).to.have.lengthOf(1);
    const left = await team.run(`
      aws codepipeline list-pipelines --query 'pipelines[].name' --output text
      aws codebuild batch-get-projects --names shop-build shop-live-build --query 'projects[].name' --output text
      aws ecs describe-clusters --clusters shop shop-live --query 'clusters[?status==\`ACTIVE\`].clusterName' --output text
      aws elbv2 describe-load-balancers --query 'LoadBalancers[].LoadBalancerName' --output text
      aws elbv2 describe-target-groups --query 'TargetGroups[].TargetGroupName' --output text
      aws ecr describe-repositories --query 'repositories[].repositoryName' --output text
      aws iam list-roles --query 'Roles[].RoleName' --output text
      aws ec2 describe-security-groups --query 'SecurityGroups[].GroupName' --output text`);
    const names = left.split(/\s+/).filter((name) => name.startsWith("shop"));
    expect(names.filter((name) => !/^shop[-/]live/.test(name))).to.deep.equal(["shop-database"]);
  });

  it("has lost no request, and every note is there", async () => {
    await traffic?.stop();
    expect(traffic?.lost).to.deep.equal([]);
    expect((await get("shop-live", "/notes")).text.split("\n")).to.have.members(traffic?.written ?? []);
  });

  it("has run every command of the page that does not need AWS", () => {
    const commands = blocks.filter(({ language }) => language === "sh");
    expect(commands.filter((block) => !needsAws(block) && !done.has(block)).map(({ text }) => text)).to.deep.equal([]);
    const reasons = commands.filter(needsAws).map(({ text }) => text.split("\n")[0]?.replace(/^# needs AWS: /, ""));
    expect(reasons).to.deep.equal([
      "the local cloud has no API of RDS",
      "the load balancer's name",
      "a certificate. One certificate may be at both load balancers.",
      "its metrics",
      "it would release what waits",
      "a stack of such a copy",
    ]);
    expect([...new Set(blocks.map(({ language }) => language))].toSorted()).to.deep.equal(["sh", "yaml"]);
  });
});

interface StackFile {
  readonly config: Readonly<Record<string, unknown>>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
