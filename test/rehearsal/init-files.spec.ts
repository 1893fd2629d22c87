import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { parse } from "yaml";
import { init, usual } from "../scripts/init/init-world.ts";
import { shapes } from "../scripts/init/shapes.ts";

interface Project {
  readonly files: readonly string[];
  readonly profiles: readonly string[];
}

/** Why compose-go, Compose's own loader, refuses each project; empty if it does not. `bin/setup compose-go` builds it. */
function refusals(projects: readonly Project[], values: Readonly<Record<string, string>>): readonly string[] {
  const { status, stdout, stderr, error } = spawnSync("compose-go", {
    env: { ...values, PATH: process.env["PATH"] },
    input: JSON.stringify(projects),
    encoding: "utf8",
    maxBuffer: 100 * 1024 ** 2,
  });
  if (status !== 0) throw new Error(`compose-go: ${error?.message ?? stderr}; run \`bin/setup compose-go\``);
  return (JSON.parse(stdout) as readonly { readonly error: string }[]).map((answer) => answer.error);
}

/** Values of the variables in the settings that `init` has written. */
function valuesOf(text = ""): Readonly<Record<string, string>> {
  const { config } = parse(text) as { readonly config: Readonly<Record<string, unknown>> };
  const listed = (key: string): readonly string[] => (config[`shop:${key}`] as readonly string[] | undefined) ?? [];
  const stores = ["databaseVariable", "cacheVariable"].flatMap(
    (key) => (config[`shop:${key}`] as string | undefined) ?? [],
  );
  const unknown = [...listed("parameters"), ...stores, "DATABASE_URL", "REDIS_URL"].map((name) => [name, "x"] as const);
  const known = listed("variables").map(
    (pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)] as const,
  );
  return Object.fromEntries([...unknown, ...known]);
}

/** The shapes that Compose itself refuses: a file of the first version, and env files that Git does not have. */
const refused = ["django", "one-service"];

describe("the Compose files that init writes", function () {
  this.timeout(60_000);

  for (const { name, text, files, ignored } of shapes) {
    it(`are accepted by Compose where it accepts the original: ${name}`, async () => {
      const { files: written } = await init(
        { files: { ...files, "docker-compose.yml": text }, ignored },
        `${usual} --variable WWWGROUP=1000`,
      );
      const folder = mkdtempSync(join(tmpdir(), "init-oracle-"));
      try {
        for (const [path, content] of Object.entries(written)) {
          mkdirSync(dirname(join(folder, path)), { recursive: true });
          writeFileSync(join(folder, path), content);
        }
        const values = { ...requiredOf(text), ...valuesOf(written["infra/Pulumi.staging.yaml"]), WWWGROUP: "1000" };
        const project = (file: string, profiles: readonly string[]) => ({ files: [join(folder, file)], profiles });
        const made = "docker-compose-staging.yml";
        const [before, ...after] = refusals(
          [project("docker-compose.yml", ["*"]), project(made, ["*"]), project(made, [])],
          values,
        );
        expect(before === "", before).to.equal(!refused.includes(name));
        if (before === "") expect(after).to.deep.equal(["", ""]);
        // A build starts no service for people, so that their env files may be missing.
        else if (name === "django") expect(after[1]).to.equal("");
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});

/** Values for the variables without which Compose refuses the original. */
const requiredOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries([...text.matchAll(/\$\{(\w+):?\?/g)].map(([, name = ""]) => [name, "x"]));
