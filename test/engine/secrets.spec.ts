import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";

import { watchArguments, type ArgumentWatch } from "../support/argument-watch.ts";
import { type Engine, parameter, startEngine } from "./engine.ts";
import { verb } from "./verb.ts";

describe("the value of a secret", function () {
  this.timeout(240_000);
  let engine: Engine;
  let processes: ArgumentWatch;
  const made = () => randomBytes(16).toString("hex");
  const values = { byName: made(), first: made(), second: made(), failing: made() };
  /** All that the verbs have printed. */
  const said: string[] = [];

  before(async () => {
    processes = watchArguments();
    engine = await startEngine();
    await engine.change(parameter("/shop/staging/DATABASE_URL", values.byName));
    appendFileSync(
      join(engine.directory, "Pulumi.staging.yaml"),
      "  compose-ecs-pipeline:sourceRepository: acme/shop\n",
    );
  });
  after(() => {
    processes.stop();
    return engine.close();
  });

  const run = async (args: string): Promise<number> => {
    const { code, out, err } = await verb(engine, `${args} --stack staging`);
    said.push(...out, ...err);
    return code;
  };
  /** Sets the secret, encrypted, in the stack's file, as a person does by standard input. */
  const set = async (secret: string) => {
    const args = ["config", "set", "secrets:SECRET_KEY_BASE", "--secret", "--stack", "staging"];
    const { directory: cwd, environment: env } = engine;
    const setting = promisify(execFile)("pulumi", args, { cwd, env });
    setting.child.stdin?.end(secret);
    await setting;
  };
  const holding = (files: readonly string[], value: string) =>
    files.filter((file) => readFileSync(file, "utf8").includes(value));
  const files = () => {
    const names = readdirSync(engine.state, { recursive: true, encoding: "utf8" }).map((name) =>
      join(engine.state, name),
    );
    return [...names.filter((file) => statSync(file).isFile()), join(engine.directory, "Pulumi.staging.yaml")];
  };

  it("is put by an up, and changed by the next one, which fails with AWS's words when AWS refuses it", async () => {
    await engine.runAlone("preview", "staging", {
      configuration: { "secrets:SECRET_KEY_BASE": { secret: values.first } },
    });
    const first = await run("up --yes --json");
    await set(values.second);
    const second = [await run("preview"), await run("up --yes")];
    const refusal = `ValidationException: Value '${values.failing}' at 'value' failed to satisfy constraint`;
    await engine.change((cloud) => ({ ...cloud, updateErrors: { "/shop/staging/SECRET_KEY_BASE": refusal } }));
    await set(values.failing);
    expect([first, ...second, await run("up --yes")]).to.deep.equal([0, 0, 0, 1]);
    expect(said.filter((line) => line.includes("ValidationException"))).to.not.deep.equal([]);
  });

  it("is reported as a new value, and is in no printed line, not even in the words of AWS", () => {
    expect(said.filter((line) => line.includes("SECRET_KEY_BASE has a new value"))).to.not.deep.equal([]);
    expect(said.filter((line) => Object.values(values).some((value) => line.includes(value)))).to.deep.equal([]);
  });

  it("is in no process's arguments, which everyone on the machine can read", async () => {
    expect(processes.holding(...Object.values(values))).to.deep.equal([]);
    // The control: what is an argument is seen, of Pulumi's processes and of one that lives as short as its shortest.
    expect(processes.holding("--stack staging")).to.not.deep.equal([]);
    const planted = made();
    await promisify(execFile)(process.execPath, ["--eval", "0", planted]);
    expect(processes.holding(planted)).to.not.deep.equal([]);
  });

  it("is what was given, with lines, spaces and other characters in it", async () => {
    const secret = `--begin ${made()}\n  'two' = "lines" \\n\n`;
    await engine.runAlone("preview", "staging", { configuration: { "secrets:SECRET_KEY_BASE": { secret } } });
    const args = ["config", "get", "secrets:SECRET_KEY_BASE", "--json", "--stack", "staging"];
    const { directory: cwd, environment: env } = engine;
    const { stdout } = await promisify(execFile)("pulumi", args, { cwd, env });
    expect((JSON.parse(stdout) as { readonly value: string }).value).to.equal(secret);
  });

  it("is in no file of Pulumi's in clear, and where it was put by hand, in none at all", async () => {
    const found = Object.values(values).flatMap((value) => holding(files(), value));
    expect(found).to.deep.equal([]);
    // The control: other text of the same resources is found, and the parameter itself has the value.
    expect(holding(files(), "/shop/staging/SECRET_KEY_BASE")).to.not.deep.equal([]);
    const { parameters } = await engine.cloud();
    expect(parameters).to.deep.equal({
      "/shop/staging/DATABASE_URL": values.byName,
      "/shop/staging/SECRET_KEY_BASE": values.second,
    });
    const plain = exportedPlain(engine);
    expect([plain.includes(values.second), plain.includes(values.byName)]).to.deep.equal([true, false]);
  });
});

/** The state with its secrets decrypted, as only who has the passphrase can read it. */
function exportedPlain({ directory: cwd, environment }: Engine): string {
  return execFileSync("pulumi", ["stack", "export", "--show-secrets", "--stack", "staging"], {
    cwd,
    env: environment,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
}
