import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { namesOf } from "../../../components/kit/names.ts";
import { readBuildspec } from "../../../scripts/init/buildspec.ts";
import { table } from "../../../settings/table.ts";
import { blocksOf } from "../../rehearsal/moving-page.ts";
import { commandLine } from "../../support/command-line.ts";

const page = readFileSync("docs/moving.md", "utf8");

/** The cells of the rows below a heading, without the two rows of titles. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [, section = ""] = page.split(`\n## ${heading}\n`);
  const rows = (section.split("\n## ")[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
  const cells = rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return cells.filter(([first = ""]) => !/^(-+|Line|What)$/.test(first));
}

// test/rehearsal/moving.spec.ts runs the page's commands; this is what needs no cloud.
describe("docs/moving.md", () => {
  it("names only settings that exist", () => {
    const shown = blocksOf(page).flatMap(({ language, text }) => {
      const { config = {} } = language === "yaml" ? (parse(text) as { readonly config?: object }) : {};
      return Object.keys(config).flatMap((key) => /^shop:(\w+)$/.exec(key)?.[1] ?? []);
    });
    const told = [...page.matchAll(/`(\w+(?:Ids|Tags|Arns?|Path|Engine|Id))`/g)].flatMap(([, name]) => name ?? []);
    expect([shown.length, told.length].map((count) => count > 5)).to.deep.equal([true, true]);
    expect([...shown, ...told].filter((name) => !Object.hasOwn(table, name))).to.deep.equal([]);
  });

  it("names only verbs that exist", async () => {
    const { out } = await commandLine("--help");
    const verbs = [...page.matchAll(/npx compose-ecs-pipeline ([a-z]+)/g)].flatMap(([, name]) => name ?? []);
    expect(new Set(verbs)).to.include("up");
    // scripts/bin.ts itself starts compose.
    const known = [
      "compose",
      ...out.flatMap((text) => text.split("\n")).flatMap((line) => /^ {2}([a-z]+) /.exec(line)?.[1] ?? []),
    ];
    expect(known).to.include.members(verbs);
  });

  it("names the new environment's resources as the program does", () => {
    const names = namesOf("shop", "live", { partition: "aws", region: "us-east-1", accountId: "000000000000" });
    const cells = Object.fromEntries(rowsBelow("Names").map(([what = "", , now = ""]) => [what, now]));
    const first = (what: string) => /`([^`]+)`/.exec(cells[what] ?? "")?.[1];
    expect({
      pipeline: first("pipeline"),
      build: first("build projects"),
      cluster: first("cluster, service"),
      task: first("task definitions"),
      image: first("images"),
      logs: first("logs"),
      role: first("roles"),
    }).to.deep.equal({
      pipeline: names.pipeline.name,
      build: names.build.name,
      cluster: names.cluster.name,
      task: names.service("").family,
      image: names.repository("web").name,
      logs: names.logGroup.name,
      role: names.pipeline.role.name,
    });
    expect(cells["parameters"]).to.include(`${names.parameterPath}/`);
  });

  it("says of a line of an old buildspec what init --from-buildspec says: nothing, or something", () => {
    const lines = rowsBelow("Each line of the old buildspec").flatMap(([line = "", becomes = ""]) =>
      [...line.matchAll(/`([^`]+)`/g)].map(([, command = ""]) => ({ command: shown(command), becomes })),
    );
    const found = lines.map(({ command, becomes }) => {
      const text = JSON.stringify({ phases: { build: { commands: [command] } } });
      const [first] = readBuildspec("buildspec.yml", text).lines;
      return [command, first?.becomes.startsWith("nothing"), becomes.startsWith("nothing")];
    });
    const same = found.filter(([command = ""]) => !kept.some((pattern) => pattern.test(String(command))));
    expect(same.length).to.be.greaterThan(8);
    expect(same.filter(([, says, told]) => says !== told)).to.deep.equal([]);
  });
});

/** A command of the page without its gaps. */
const shown = (command: string): string =>
  command
    .replace("get-login …", "get-login --no-include-email")
    .replace(/^get-login-password$/, "aws ecr get-login-password | docker login --username AWS --password-stdin x")
    .replace("docker-compose … run …", "docker-compose -f x.yml run web")
    .replace("printf …", "printf '[]'")
    .replace(/=…$/, "=x");

/** Lines that the page describes more closely, or that are no commands. */
const kept = [
  /^runtime-versions/,
  /^AWS_\w+$/,
  /^(COMMIT_HASH|IMAGE_TAG)=/,
  /docker-compose -f docker-compose-/,
  /db:create$/,
];
