import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { compareCode } from "../../build/code/compare-step.ts";
import { planCode } from "../../build/code/plan-step.ts";
import { promoteCode } from "../../build/code/promote-step.ts";
import { tagCopies } from "../../build/code/tag-copies-step.ts";
import type { Surroundings } from "../../build/kit/surroundings.ts";
import { composeProject } from "../../compose/index.ts";
import { buildspecVariables } from "../support/buildspec-variables.ts";
import { buildspec, root } from "./buildspec-bench.ts";
import { play, promoting, useFolder } from "./plan-bench.ts";

const documented: readonly string[] = [...buildspecVariables.project, ...buildspecVariables.codebuild];

/** Variables that the shell of the buildspec sets for itself. */
const own = ["PLAN", "IMAGE_TAG", "BUILDX_BUILDER"];

describe("buildspec.yml", () => {
  useFolder();

  it("reads the documented variables and no others", () => {
    const commands = Object.values(buildspec.phases).flatMap((phase) => phase.commands);
    const sources = globSync("build/{code,kit}/*.ts", { cwd: root }).map((file) =>
      readFileSync(join(root, file), "utf8"),
    );
    const inShell = commands.flatMap((command) => [...command.matchAll(/\$\{?([A-Z][A-Z0-9_]+)/g)]);
    const inProgram = sources.flatMap((source) => [
      ...source.matchAll(/\b(?:environment(?:\[|, )|\[)"([A-Z][A-Z0-9_]+)"/g),
    ]);
    const read = [...inShell, ...inProgram].map(([, name = ""]) => name).filter((name) => !own.includes(name));
    expect([...new Set(read)].toSorted()).to.deep.equal(documented.toSorted());
    expect(buildspec.env.variables).to.deep.equal({
      BUILDX_NO_DEFAULT_ATTESTATIONS: "1",
      COMPOSE_DISABLE_ENV_FILE: "1",
      COMPOSE_PROJECT_NAME: composeProject,
    });
  });

  it("asks in its verbs for no other variable, whatever its name is made of", async () => {
    const asked = new Set<string>();
    const watched =
      (verb: typeof planCode): typeof planCode =>
      (around: Surroundings, words) => {
        const environment = new Proxy(around.environment, {
          get: (target, name) => {
            asked.add(String(name));
            return target[String(name)];
          },
        });
        return verb({ ...around, environment }, words);
      };
    for (const more of [{}, promoting])
      for (const verb of [planCode, promoteCode, tagCopies, compareCode]) await play(watched(verb), {}, more);
    const named = ["DATABASE_URL", "LOG_LEVEL", "REPOSITORY_PROXY", "REPOSITORY_WEB"];
    const inShell = ["BUILD_FORMAT", "CODEBUILD_BUILD_SUCCEEDING", "RELEASE_PROGRAM", "RELEASE_PROGRAM_SHA256"];
    const shellOnly = [...inShell, "SOURCE_DIRECTORY"];
    expect([...asked].toSorted()).to.deep.equal(
      [...documented.filter((name) => !shellOnly.includes(name)), ...named].toSorted(),
    );
  });
});
