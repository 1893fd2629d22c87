import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import type { Surroundings } from "../../scripts/verb/surroundings.ts";
import { run } from "../../scripts/cli.ts";
import { run as runCompose } from "../../scripts/compose/cli.ts";
import { isKey, table } from "../../settings/table.ts";
import { commandsOf, namedCommandsOf, type Command } from "../support/command-lines.ts";
import { unknownActions } from "../support/iam.ts";
import { pages, proseOf, textOf } from "../support/pages.ts";
import { pageProofs, proofs, verbProofs, type Proof } from "./proofs.ts";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Readonly<Record<string, string>> };
const commands = pages.flatMap((page) => commandsOf(page));
const where = ({ page, line, words }: Command): string => `${page}:${line}: ${words.join(" ")}`;

/** The words for our command line; undefined for another program's. */
function ours({ words }: Command): readonly string[] | undefined {
  const text = words.join("\0");
  const begins = /^(?:npm\0run\0release\0--|npx(?:\0--package\0\.\/\S+?\.tgz)?\0compose-ecs-pipeline)\0/.exec(text);
  if (begins !== null) return text.slice(begins[0].length).split("\0");
  return text.startsWith("npm\0run\0compose\0--\0") ? ["compose", ...words.slice(4)] : undefined;
}

function proofOf(command: Command): Proof | undefined {
  const whole = pageProofs[command.page];
  if (whole !== undefined) return whole;
  const own = ours(command);
  if (own !== undefined && own[0] !== "compose") return verbProofs[own[0] ?? ""];
  const text = (own ?? command.words).join(" ");
  return proofs.find(([begins]) => begins.test(text))?.[1];
}

/** What the command line says about words that it does not accept; it is stopped before it does anything. */
async function complaint([verb = "", ...rest]: readonly string[]): Promise<string | undefined> {
  if (rest.includes("--help")) return (await helpOf(verb)) === "" ? `${verb}: there is no such verb` : undefined;
  const said: string[] = [];
  const warn = (line: string) => said.push(line);
  const code = await (verb === "compose"
    ? runCompose(rest, {
        say: warn,
        warn,
        readFile: () => "",
        exists: () => true,
        projectDirectory: () => "",
        columns: 80,
      })
    : run([verb, ...rest], onlyWarns(warn)));
  return code === 2 ? said[0] : undefined;
}

/** Surroundings of which a verb can use nothing but `warn`. */
const onlyWarns = (warn: (line: string) => void): Surroundings =>
  new Proxy({} as Surroundings, {
    get: (_, name) => {
      if (name === "warn") return warn;
      throw new Error(`the verb has read its options and asks for ${String(name)}`);
    },
  });

/** The help of a verb; empty for what is no verb. */
async function helpOf(verb: string): Promise<string> {
  const lines: string[] = [];
  await run([verb, "--help"], { ...onlyWarns(() => undefined), say: (line) => lines.push(line) });
  const text = lines.join("\n");
  return text.includes(` ${verb} [OPTION]`) ? text : "";
}

const wrong = async (all: readonly Command[]): Promise<readonly string[]> => {
  const lines = await Promise.all(
    all.map(async (command) => {
      const problem = await complaint(ours(command) ?? []);
      return problem === undefined ? [] : [`${where(command)}: ${problem}`];
    }),
  );
  return lines.flat();
};

describe("the commands of the pages", () => {
  it("are found", () => {
    const text = "```sh\na --b 'c d' \\\n  && e | f # g && h\n# only words\n```\n```yaml\nno: command\n```\n";
    expect(commandsOf("x.md", text).map(({ line, words }) => [line, words])).to.deep.equal([
      [2, ["a", "--b", "c d"]],
      [2, ["e"]],
      [2, ["f"]],
    ]);
    expect(commands.length).to.be.greaterThan(100);
  });

  it("are each run by a spec, or marked with what they need", () => {
    expect(commands.filter((command) => proofOf(command) === undefined).map(where)).to.deep.equal([]);
  });

  it("are run by specs that exist and hold the command", () => {
    const all = [
      ...pages.map((page) => pageProofs[page]),
      ...Object.values(verbProofs),
      ...proofs.map(([, proof]) => proof),
    ].flatMap((proof) => (proof !== undefined && "spec" in proof ? [proof] : []));
    const lost = all.filter(({ spec, holds }) => !existsSync(spec) || !readFileSync(spec, "utf8").includes(holds));
    expect(lost).to.deep.equal([]);
  });

  it("leave no entry without a command", () => {
    const used = new Set(commands.map(proofOf));
    expect(proofs.filter(([, proof]) => !used.has(proof)).map(([begins]) => String(begins))).to.deep.equal([]);
  });

  it("that are ours have a verb and options that the command line knows", async () => {
    expect(await wrong(commands.filter((command) => ours(command) !== undefined))).to.deep.equal([]);
  });

  it("that a sentence names have a verb and options that the command line knows", async () => {
    const named = pages.flatMap((page) => namedCommandsOf(page));
    expect(named.length).to.be.greaterThan(5);
    // A sentence may name a verb without all that it needs.
    const incomplete = /: (give --stack|name the service|no file is given; .*)$/;
    expect((await wrong(named)).filter((line) => !incomplete.test(line))).to.deep.equal([]);
  });

  it("have the options that their sections in docs/verbs.md name", async () => {
    const sections = textOf("docs/verbs.md").split(/^## /m).slice(1);
    const unknown = sections.flatMap(async (section) => {
      const [heading = ""] = section.split("\n");
      const help = (await Promise.all(heading.split(", ").map(helpOf))).join("\n");
      const options = [...proseOf(section).matchAll(/`(--[a-z][a-z-]*)/g)].map(([, option = ""]) => option);
      return help === ""
        ? []
        : options.filter((option) => !help.includes(`${option} `)).map((option) => `${heading}: ${option}`);
    });
    expect((await Promise.all(unknown)).flat()).to.deep.equal([]);
  });

  it("that are ours are refused with a wrong verb or option", async () => {
    const bad =
      "```sh\nnpm run release -- relase\nnpx compose-ecs-pipeline up --stak s\nnpm run compose -- check --all\n```";
    expect(await wrong(commandsOf("x.md", bad))).to.have.length(3);
  });

  it("that are ours have a line in the table of docs/verbs.md, each of them", async () => {
    const usage: string[] = [];
    await run(["--help"], { ...onlyWarns(() => undefined), say: (line) => usage.push(line) });
    const verbs = [...usage.join("\n").matchAll(/^ {2}(\w+) /gm)].map(([, verb = ""]) => verb);
    expect(verbs).to.include("up");
    expect(verbs.filter((verb) => !new RegExp(`^\\| \`${verb}\` `, "m").test(textOf("docs/verbs.md")))).to.deep.equal(
      [],
    );
  });

  it("that npm runs are scripts of package.json, and the programs of bin/ exist", () => {
    const lost = commands.filter(({ words: [program = "", verb, script = ""] }) =>
      program === "npm" && verb === "run" ? !(script in scripts) : program.startsWith("bin/") && !existsSync(program),
    );
    expect(lost.map(where)).to.deep.equal([]);
  });

  it("that set configuration name a key, with a value of its type", () => {
    const set = commands.filter(({ words }) => words.slice(0, 3).join(" ") === "pulumi config set");
    expect(set.length).to.be.greaterThan(20);
    expect(set.filter((command) => !fits(command)).map(where)).to.deep.equal([]);
  });

  it("that call AWS name operations that AWS has", async () => {
    const called = commands.filter(
      ({ words: [program, service = "", operation] }) =>
        program === "aws" && !/^s3/.test(service) && operation !== "wait",
    );
    const actions = called.map(({ words: [, service = "", operation = ""] }) => {
      const name = operation.replaceAll(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const prefix = service.replace("elbv2", "elasticloadbalancing").replace("resourcegroupstaggingapi", "tag");
      return `${prefix}:${name.replace("Db", "DB")}`;
    });
    expect(actions.length).to.be.greaterThan(10);
    expect(await unknownActions([{ Effect: "Allow", Action: actions, Resource: "*" }])).to.deep.equal([]);
  });
});

/** Whether `pulumi config set` gets a key that there is, and a value of its type. */
function fits({ words }: Command): boolean {
  const path = words.includes("--path");
  const [given = "", value = ""] = words.slice(3).filter((word) => !/^--(path|secret)$/.test(word));
  if (/^(aws|secrets|settings):/.test(given)) return true;
  const [key = ""] = given.split(/[.[]/);
  if (!isKey(key)) return false;
  const { type } = table[key];
  if (type === "array") return path && given !== key;
  return type === "boolean" ? /^(true|false)$/.test(value) : type !== "integer" || /^\d+$/.test(value);
}
