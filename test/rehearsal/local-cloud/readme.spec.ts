import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";

const root = join(import.meta.dirname, "../../..");

describe("local-cloud/README.md", function () {
  this.timeout(90_000);
  const folder = mkdtempSync(join(tmpdir(), "local-cloud-readme-"));
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("has an example that runs as it stands there", async () => {
    const readme = readFileSync(join(root, "local-cloud/README.md"), "utf8");
    const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    const index = pathToFileURL(join(root, "local-cloud/index.ts")).href;
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "example.mts"), example.replace('"./index.ts"', `"${index}"`));
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, "example.mts")]);
    expect(stdout).to.equal("exit code 7\n");
  });
});
