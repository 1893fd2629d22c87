import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { describe, it } from "mocha";
import { stringify } from "yaml";
import { services } from "../compose/support.ts";

const expressions = [
  "$LOG_LEVEL ${LOG_LEVEL} $LOG_LEVEL.x",
  "$$LOG_LEVEL $${X} 5$ ^$1",
  "${NONE:-default}|${NONE-default}|${EMPTY:-default}|${EMPTY-default}",
  "${LOG_LEVEL:?must}|${EMPTY?must}|${LOG_LEVEL:+given}|${EMPTY:+given}|${EMPTY+given}|${NONE+given}",
  "${NONE:-${EMPTY:-${LOG_LEVEL}}}|${NONE:-a $LOG_LEVEL b}|x${NONE-y${EMPTY:-z}w}",
  '${NONE:-{"a":1}}|${NONE:-$$}|${NONE:-a}b}',
];
const commands = ["a  b", `a "b c" d'e f'g`, `a\\ b \\"c "d\\"e" 'f\\g'`, `"a\\nb" a\\nb`, `a "" ''`];

const file = {
  name: "oracle",
  services: {
    web: { image: "x", environment: Object.fromEntries(expressions.map((text, at) => [`E${at}`, text])) },
    ...Object.fromEntries(commands.map((command, at) => [`c${at}`, { image: "x", command }])),
    types: { image: "x", environment: { A: true, B: 3, C: "yes", D: 0.5, E: "", LOG_LEVEL: null } },
  },
};

interface Config {
  readonly services: Readonly<
    Record<
      string,
      { readonly environment?: Readonly<Record<string, string>>; readonly command: readonly string[] | null }
    >
  >;
}

/** What Compose itself makes of the file. */
function compose(): Config {
  const env = { PATH: process.env["PATH"], DOCKER_CONFIG: process.env["DOCKER_CONFIG"], LOG_LEVEL: "info", EMPTY: "" };
  const args = ["compose", "-f", "-", "config", "--format", "json"];
  const { status, stdout, stderr } = spawnSync("docker", args, { input: stringify(file), env, encoding: "utf8" });
  if (status !== 0) throw new Error(`docker compose config ended with ${String(status)}: ${stderr}`);
  // Its output is a Compose file again, so that its dollar signs are doubled.
  return JSON.parse(stdout.replaceAll("$$", () => "$")) as Config;
}

describe("Compose itself", () => {
  it("reads variables, values and command lines as this project does", () => {
    const [translated] = services(stringify(file.services).replace(/^/gm, "  ")).services;
    const ours = translated?.containers.map(({ name, environment, command }) => [name, environment, command ?? null]);
    const theirs = Object.entries(compose().services)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { environment, command }]) => [name, environment ?? {}, command]);
    expect(ours).to.deep.equal(theirs);
  });
});
