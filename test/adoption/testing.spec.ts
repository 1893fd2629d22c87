import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { installPacked } from "./packed.ts";

const example = fileURLToPath(new URL("../../examples/testing", import.meta.url));

describe("compose-ecs-pipeline/testing in a project that has the packed package", function () {
  this.timeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), "packed-testing-"));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("runs the example's spec, which imports it and deliver by the package's name", () => {
    const project = join(folder, "infra");
    cpSync(example, folder, { recursive: true });
    installPacked(project);
    writeFileSync(join(project, "package.json"), '{ "type": "module" }\n');
    for (const [file, path, name] of [
      ["index.ts", "../../../deliver.ts", "compose-ecs-pipeline"],
      ["staging.spec.ts", "../../../testing/index.ts", "compose-ecs-pipeline/testing"],
    ] as const) {
      const text = readFileSync(join(project, file), "utf8");
      expect(text).to.include(path);
      writeFileSync(join(project, file), text.replace(path, name));
    }
    const mocha = ["node_modules/mocha/bin/mocha.js", "--no-config", "--timeout", "60000", "--reporter", "dot"];
    const printed = execFileSync(process.execPath, [...mocha, "staging.spec.ts"], { cwd: project, encoding: "utf8" });
    expect(printed).to.match(/\b3 passing\b/);
  });
});
