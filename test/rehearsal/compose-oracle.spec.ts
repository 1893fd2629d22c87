import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { casesIn, writeProject } from "../compose/cases.ts";
import { configOf, corpusValues } from "../compose/corpus.ts";
import type { Verdicts } from "../compose/judged.ts";

/** compose-go's result for a project: why it refuses the project, or what `docker compose config` prints. */
interface Answer {
  readonly error: string;
  readonly project: unknown;
}

/** Asks compose-go, which `bin/setup compose-go` builds, about projects with these profiles. */
function compose(projects: readonly (readonly string[])[], profiles: readonly string[]): readonly Answer[] {
  // A build names the project, as the buildspec does.
  const env = {
    ...corpusValues,
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

/** A folder for the files of projects while the tests of a suite run; each project has a folder `shop` below. */
function projectFolders(): (at: number) => string {
  const folder = mkdtempSync(join(tmpdir(), "compose-oracle-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  return (at) => join(folder, String(at), "shop");
}

/** Each project with its key. */
function withKeys<One>(projects: Readonly<Record<string, readonly One[]>>): readonly { key: string; project: One }[] {
  return Object.entries(projects).flatMap(([key, ones]) => ones.map((project) => ({ key, project })));
}

const specs = join(import.meta.dirname, "../compose");

describe("Compose itself reads as this project does", () => {
  const cases = withKeys(casesIn(join(specs, "corpus")));
  const folder = projectFolders();
  let answers: readonly Answer[] = [];
  before(() => {
    answers = compose(
      cases.map(({ project }, at) => writeProject(project, folder(at))),
      ["*"],
    );
  });
  for (const [at, { key, project }] of cases.entries()) {
    it(`${key}: ${project.title}`, () => {
      const place = { directory: folder(at), project: "shop" };
      expect(answers[at]).to.deep.equal({ error: "", project: configOf(project, place) });
    });
  }
});

describe("Compose itself says in a build what is recorded of it", () => {
  const cases = withKeys(casesIn<Verdicts>(join(specs, "judged")));
  const folder = projectFolders();
  let said: readonly string[] = [];
  before(() => {
    const places = cases.map(({ project }, at) => writeProject(project, folder(at)));
    said = compose(places, ["test"]).map(({ error }, at) => error.replaceAll(`${folder(at)}/`, ""));
  });
  for (const [at, { key, project }] of cases.entries()) {
    it(`${key}: ${project.title}`, () => {
      expect(said[at]).to.equal(project.compose);
    });
  }
});
