import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { configOf, corpusVariables, samplesIn } from "../compose/corpus.ts";
import { judgedIn, type Judged } from "../compose/judged.ts";

/** compose-go's result for a project: why it refuses the project, or what `docker compose config` prints. */
interface Answer {
  readonly error: string;
  readonly project: unknown;
}

/** Asks compose-go, which `bin/setup compose-go` builds, about projects with these profiles. */
function compose(projects: readonly (readonly string[])[], profiles: readonly string[]): readonly Answer[] {
  // A build names the project, as the buildspec does.
  const env = {
    ...corpusVariables,
    ...(profiles.includes("*") ? {} : { COMPOSE_PROJECT_NAME: "compose-ecs-pipeline" }),
  };
  const { status, stdout, stderr, error } = spawnSync("compose-go", {
    env: { ...env, PATH: process.env["PATH"] },
    input: JSON.stringify(projects.map((files) => ({ files, profiles }))),
    encoding: "utf8",
    maxBuffer: 100 * 1024 ** 2,
  });
  if (status !== 0) throw new Error(`compose-go: ${error?.message ?? stderr}; run \`bin/setup compose-go\``);
  return JSON.parse(stdout, asMeant) as readonly Answer[];
}

/** Compose prints its program's names for a few keys, and one that is not in the file. */
function asMeant(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(
    ([key, inner]) => key !== "exec" || JSON.stringify(inner) !== '{"command":null}',
  );
  return Object.fromEntries(
    entries.map(([key, inner]) => [/^(Path|Rate|Weight)$/.test(key) ? key.toLowerCase() : key, inner]),
  );
}

describe("Compose itself reads as this project does", () => {
  const samples = samplesIn(join(import.meta.dirname, "../compose/corpus"));
  let answers: readonly Answer[] = [];
  before(() => {
    answers = compose(
      samples.map(({ directory, files }) => files.map((file) => join(directory, file))),
      ["*"],
    );
  });
  for (const [at, sample] of samples.entries()) {
    it(sample.name, () => {
      expect(answers[at]).to.deep.equal({ error: "", project: configOf(sample) });
    });
  }
});

describe("Compose itself says in a build what is recorded of it", () => {
  const cases = Object.entries(judgedIn(join(import.meta.dirname, "../compose/judged"))).flatMap(([key, projects]) =>
    projects.map((project) => ({ key, project })),
  );
  const folder = mkdtempSync(join(tmpdir(), "judged-"));
  let said: readonly string[] = [];
  before(() => {
    const places = cases.map(({ project }, at) => written(project, join(folder, String(at))));
    said = compose(places, ["test"]).map(({ error }, at) => error.replaceAll(`${join(folder, String(at))}/`, ""));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [at, { key, project }] of cases.entries()) {
    it(`${key}: ${project.title}`, () => {
      expect(said[at]).to.equal(project.compose);
    });
  }
});

/** Writes a project's files; returns their paths. */
function written({ files, read }: Judged, folder: string): readonly string[] {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return read.map((name) => join(folder, name));
}
