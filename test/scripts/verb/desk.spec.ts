import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { thisDesk } from "../../../scripts/verb/desk.ts";

describe("this desk", () => {
  let folder: string;
  const before = process.env["VISUAL"];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "editor-"));
  });
  afterEach(async () => {
    if (before === undefined) delete process.env["VISUAL"];
    else process.env["VISUAL"] = before;
    await rm(folder, { recursive: true });
  });

  /** Writes an editor that records its file and the permissions of file and folder, then does what it is given. */
  async function editor(script: string): Promise<void> {
    const file = join(folder, "editor");
    const note = `stat -c %a "$1" "$(dirname "$1")" > "${folder}/modes"; echo "$1" > "${folder}/file"`;
    await writeFile(file, `#!/bin/sh\n${note}\n${script}\n`);
    await chmod(file, 0o700);
    process.env["VISUAL"] = file;
  }
  const edited = async () => (await readFile(join(folder, "file"), "utf8")).trim();

  it("takes a secret from the editor through a file that only the user can read, and deletes it afterwards", async () => {
    const secret = randomBytes(9).toString("hex");
    await writeFile(join(folder, "typed"), secret);
    await editor(`cat "${folder}/typed" > "$1"`);
    expect(await thisDesk.editSecret()).to.equal(secret);
    expect((await readFile(join(folder, "modes"), "utf8")).split("\n")).to.deep.equal(["600", "700", ""]);
    expect(existsSync(dirname(await edited()))).to.equal(false);
  });

  it("refuses, and leaves no file, if the editor fails", async () => {
    await editor("exit 3");
    const failure: unknown = await thisDesk.editSecret().catch((error: unknown) => error);
    expect((failure as Error).message).to.equal(
      `--edit: ${join(folder, "editor")} ended with exit code 3; nothing was done`,
    );
    expect(existsSync(dirname(await edited()))).to.equal(false);
  });

  it("knows which programs exist, and passes an exit code on", async () => {
    expect([thisDesk.has("sh"), thisDesk.has("no-such-program")]).to.deep.equal([true, false]);
    expect(await thisDesk.runHere("sh", ["-c", "exit 5"])).to.equal(5);
  });
});
