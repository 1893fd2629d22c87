import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";

const script = fileURLToPath(new URL("../../examples/ci/deliver.sh", import.meta.url));

// A program that stands in for npx: it notes its arguments, prints a given text, and ends with the code of the verb.
const npx = `#!/bin/sh
echo "$*" >>"$NOTES"
case $3 in
up) echo "up: says"; exit "\${UP:-0}" ;;
preview) echo "would be"; echo "problem" >&2; exit "\${PREVIEW:-0}" ;;
release) echo "run 7 starts"; exit "\${RELEASE:-0}" ;;
esac
`;

describe("examples/ci/deliver.sh", () => {
  const folder = mkdtempSync(join(tmpdir(), "compose-ecs-pipeline-ci-"));
  const notes = join(folder, "notes");

  before(() => {
    writeFileSync(join(folder, "npx"), npx);
    chmodSync(join(folder, "npx"), 0o755);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs the script; `ran` has the command lines of the program. */
  function deliver(args: readonly string[], codes: Readonly<Record<string, string>> = {}) {
    writeFileSync(notes, "");
    const env = { PATH: `${folder}:${process.env["PATH"] ?? ""}`, NOTES: notes, ...codes };
    const { status, stdout, stderr } = spawnSync(script, args, { env, encoding: "utf8" });
    const ran = readFileSync(notes, "utf8").split("\n").slice(0, -1);
    return { status, stdout, stderr, ran: ran.map((line) => line.replace("--no-install compose-ecs-pipeline ", "")) };
  }
  const up = "up --stack staging --forward --wait-timeout 30m";
  const usage = "usage: deliver.sh preview STACK | deliver.sh up STACK [OPTION]...\n";

  it("brings a stack up with the given options, and then starts a release of the branch's newest commit", () => {
    expect(deliver(["up", "staging", "--yes", "--policy-pack", "my policy"])).to.deep.equal({
      status: 0,
      stdout: "up: says\nrun 7 starts\n",
      stderr: "",
      ran: [`${up} --yes --policy-pack my policy`, "release --stack staging"],
    });
    expect(deliver(["up", "staging"], { WAIT_TIMEOUT: "2h" }).ran[0]).to.equal(up.replace("30m", "2h"));
  });

  it("has nothing to do, and succeeds, when a newer commit is up", () => {
    expect(deliver(["up", "staging"], { UP: "4" })).to.deep.equal({
      status: 0,
      stdout: "up: says\nstaging: a newer commit is up, so there is nothing to do for this one\n",
      stderr: "",
      ran: [up],
    });
  });

  it("ends with the exit code of an up that fails, is rolled back or is interrupted, and starts no release", () => {
    const ends = ["1", "2", "3", "130"].map((UP) => deliver(["up", "staging"], { UP }));
    expect(ends.map(({ status, ran }) => [status, ran])).to.deep.equal([1, 2, 3, 130].map((code) => [code, [up]]));
    expect(deliver(["up", "staging"], { RELEASE: "1" }).status).to.equal(1);
  });

  it("prints a preview as Markdown, and one that fails with its error and its exit code", () => {
    const text = (heading: string) => `### ${heading}\n\n~~~~~~\nwould be\nproblem\n~~~~~~\n`;
    const preview = ["preview", "staging"];
    expect([deliver(preview), deliver(preview, { PREVIEW: "1" })]).to.deep.equal([
      { status: 0, stdout: text("`up` of staging would change"), stderr: "", ran: ["preview --stack staging"] },
      { status: 1, stdout: text("`preview` of staging failed"), stderr: "", ran: ["preview --stack staging"] },
    ]);
  });

  it("refuses a command line without a stack, with another word, or with too many words", () => {
    for (const args of [[], ["up"], ["preview"], ["preview", "staging", "--json"], ["destroy", "staging"]])
      expect(deliver(args), args.join(" ")).to.deep.equal({ status: 2, stdout: "", stderr: usage, ran: [] });
  });
});
