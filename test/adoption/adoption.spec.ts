import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "chai";
import { labelledContainers, rehearsalLabel } from "../../local-cloud/index.ts";
import { getText } from "../../rehearsal/kit/client.ts";
import { until } from "../rehearsal/local-cloud/ecs-world.ts";
import { packedLocal } from "./packed.ts";
import { startTeam, type Outcome, type Team } from "./team.ts";

// A team in Perl, whose application has nothing of this project in it. It gets the package as a file, and nothing else. Each
// test is a step that needs the steps before it.
describe("a team that adds the package to its application", function () {
  this.timeout(300_000);
  let team: Team;
  const lines: string[] = [];

  before(async () => {
    team = await startTeam((line) => lines.push(line));
  });
  after(async function () {
    if (this.test?.parent?.tests.some(({ state }) => state === "failed")) process.stdout.write(`${lines.join("\n")}\n`);
    await team.close();
  });

  /** Runs the command in infra/, as a person does after the installation. */
  const verb = (...args: readonly string[]): Promise<Outcome> =>
    team.run("infra", "npx", "--no-install", "compose-ecs-pipeline", ...args);
  const forStaging = async (...args: readonly string[]): Promise<string> => {
    const { code, text } = await verb(...args, "--stack", "staging");
    expect(code, text).to.equal(0);
    return text;
  };
  const serves = (answer: string) =>
    until(
      () => getText(team.url(), "/"),
      (text) => text === answer,
      60,
    );

  it("gets infra/ and a Compose file for staging from init, which asks nothing and says each file it makes", async () => {
    const before = readdirSync(team.checkout);
    const args = ["init", "--yes", "--name", "board", "--environment", "staging", "--region", "us-east-1"];
    const { code, text } = await team.run(
      ".",
      "npx",
      "--yes",
      "--package",
      team.tarball,
      "compose-ecs-pipeline",
      ...args,
    );
    expect(code, text).to.equal(0);
    const made = readdirSync(team.checkout).filter((name) => !before.includes(name));
    expect(made.toSorted()).to.deep.equal(["docker-compose-staging.yml", "infra"]);
    for (const file of ["docker-compose-staging.yml", ...readdirSync(join(team.checkout, "infra"))])
      expect(text).to.include(file);
    expect(readFileSync(join(team.checkout, "infra/index.ts"), "utf8")).to.equal(
      'import { deliver } from "compose-ecs-pipeline";\nexport const { url, environment } = await deliver();\n',
    );
  });

  it("installs the package in infra/, where it checks what becomes of its Compose file", async () => {
    const installed = await team.run("infra", "npm", "install", "--no-audit", "--no-fund");
    expect(installed.code, installed.text).to.equal(0);
    const text = await forStaging("compose", "check");
    for (const service of ["board-staging", "board-staging-greeter", "board-staging-worker"])
      expect(text).to.include(service);
  });

  it("puts its secret, brings the environment up, and the next up changes nothing", async () => {
    const secrets = join(team.checkout, "..", "secrets.env");
    writeFileSync(secrets, `BOARD_PASSWORD=${randomBytes(16).toString("hex")}\n`);
    await forStaging("parameters", "import", secrets, "--yes");
    rmSync(secrets);
    expect(await forStaging("preview")).to.match(/service board-staging-greeter/);
    expect(await forStaging("up", "--yes")).to.match(/created/);
    await team.finishHandshake();
    expect(await forStaging("preview")).to.match(/nothing would change/);
  });

  it("pushes, and the pipeline builds without a package registry, deploys three ECS services, and serves", async () => {
    const { status, summary, actions = [] } = (await team.push("The board")) ?? {};
    expect([status, summary, actions.filter(({ error }) => error !== "")]).to.deep.equal(["Succeeded", "", []]);
    expect(
      actions
        .map(({ name }) => name)
        .filter((name) => name.startsWith("Deploy"))
        .toSorted(),
    ).to.deep.equal(["Deploy", "Deploy-greeter", "Deploy-worker"]);
    expect(await serves("the board: hello\n")).to.equal("the board: hello\n");
    expect(await forStaging("status")).to.match(/board-staging/);
  });

  it("rehearses its commit with the local cloud's package, from nothing to serving, and leaves nothing behind", async () => {
    const refused = await verb("rehearse", "--stack", "staging", "--quick");
    expect([refused.code, refused.text.split("\n")[1]]).to.deep.equal([
      1,
      `  npm install --save-dev path/to/${basename(packedLocal())}`,
    ]);
    const installed = await team.run("infra", "npm", "install", "--save-dev", "--no-audit", "--no-fund", packedLocal());
    expect(installed.code, installed.text).to.equal(0);
    const valueless = await verb("rehearse", "--stack", "staging", "--quick");
    expect([valueless.code, valueless.text]).to.deep.equal([
      1,
      `${valueless.text.split("rehearse: this is missing")[0] ?? ""}rehearse: this is missing:
  no value: BOARD_PASSWORD; write a line NAME=value for each into a file, and give it with --env-file FILE
    where any value will do, --made-up BOARD_PASSWORD gives it a random one
`,
    ]);
    const before = await labelledContainers(rehearsalLabel);
    const head = (await team.run(".", "git", "rev-parse", "--short=7", "HEAD")).text.trim();
    const text = await forStaging("rehearse", "--quick", "--made-up", "BOARD_PASSWORD");
    for (const container of ["web", "greeter", "worker"])
      expect(text).to.match(
        new RegExp(`${container}: sha256:\\S+ runs, tagged ${head} and latest and verified-${head}`),
      );
    expect(text).to.match(/staging serves at http:\/\/127\.0\.0\.1:\d+\/health\n/);
    expect((await labelledContainers(rehearsalLabel)).filter((id) => !before.includes(id))).to.deep.equal([]);
  });

  it("pushes a change, which serves, and goes back to the release before", async () => {
    const file = join(team.checkout, "board/greeter.pl");
    writeFileSync(file, readFileSync(file, "utf8").replace("hello", "good day"));
    expect((await team.push("A friendlier board"))?.status).to.equal("Succeeded");
    expect(await serves("the board: good day\n")).to.equal("the board: good day\n");
    await forStaging("verify");
    await forStaging("rollback", "--yes");
    expect(await serves("the board: hello\n")).to.equal("the board: hello\n");
    await forStaging("resume", "--yes");
  });

  it("pushes a change of infra/ alone, which starts no release", async () => {
    writeFileSync(join(team.checkout, "infra/README.md"), "# The environments of the board\n");
    expect(await team.push("A shorter page")).to.equal(undefined);
  });

  it("takes everything down, and nothing is left in its stack", async () => {
    await forStaging("destroy", "--yes");
    const { code, text } = await verb("status", "--stack", "staging");
    expect([code, text]).to.deep.equal([
      1,
      "stack staging: it has no pipeline; run `pulumi up --stack staging` first\n",
    ]);
  });
});
