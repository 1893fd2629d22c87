import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { configOf, corpusVariables, samplesIn, type Sample } from "../compose/corpus.ts";

/** What Compose itself makes of a sample. */
function compose({ directory, files }: Sample): unknown {
  const env = { PATH: process.env["PATH"], DOCKER_CONFIG: process.env["DOCKER_CONFIG"], ...corpusVariables };
  const chosen = files.flatMap((file) => ["-f", join(directory, file)]);
  const named = ["--env-file", "/dev/null", "--profile", "*", "config", "--format", "json"];
  const { status, stdout, stderr } = spawnSync("docker", ["compose", ...chosen, ...named], {
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`docker compose config ended with ${String(status)}: ${stderr}`);
  // Its output is a Compose file again, so that its dollar signs are doubled.
  return JSON.parse(
    stdout.replaceAll("$$", () => "$"),
    asMeant,
  );
}

/** Compose prints names of its own program for a few keys, and one that nobody wrote. */
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
  const corpus = join(import.meta.dirname, "../compose/corpus");
  for (const sample of samplesIn(corpus)) {
    it(sample.name, () => {
      expect(configOf(sample)).to.deep.equal(compose(sample));
    });
  }
});
