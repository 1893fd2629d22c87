import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { buildFormat } from "../../../build/kit/format.ts";
import { stepBuildspec } from "../../../components/build/step-buildspec.ts";

interface Buildspec {
  readonly version: number | string;
  readonly env: { readonly shell: string };
  readonly phases: Readonly<
    Record<string, { readonly "runtime-versions"?: object; readonly commands: readonly string[] }>
  >;
  readonly artifacts?: { readonly files: readonly string[] };
}

const ofBuild = parse(readFileSync("buildspec.yml", "utf8")) as Buildspec;
const ofStep = (...words: Parameters<typeof stepBuildspec>) => parse(stepBuildspec(...words)) as Buildspec;

/** The program that `up` has put into the bucket: it says how it was called, and where. */
const program = `require("node:fs").writeFileSync("ran", process.argv.slice(2).join(" ") + " in " + process.cwd());`;
const sha256 = createHash("sha256").update(program).digest("hex");
const place = `s3://shop-staging-program/${sha256}.cjs`;

/** A bucket that holds the file `bucket`; the last argument of a download is the file that it writes. */
const aws = `#!/usr/bin/env bash
echo "aws $1" >> calls
[ -e bucket ] || { echo "An error occurred (NoSuchKey)" >&2; exit 254; }
cp bucket "\${!#}"
`;

/** Runs the buildspec of Verify as CodeBuild does, in one shell; `held` is what the bucket holds. */
function run(held: string | undefined, change: Readonly<Record<string, string | undefined>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "step-"));
  try {
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin/aws"), aws, { mode: 0o755 });
    if (held !== undefined) writeFileSync(join(folder, "bucket"), held);
    const { phases } = ofStep("verify");
    const commands = Object.values(phases).flatMap((phase) => phase.commands);
    const env = {
      PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
      BUILD_FORMAT: String(buildFormat),
      RELEASE_PROGRAM: place,
      RELEASE_PROGRAM_SHA256: sha256,
      ...change,
    };
    const { status, stderr } = spawnSync("bash", ["--norc", "-ec", commands.join("\n")], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    const ran = existsSync(join(folder, "ran")) ? readFileSync(join(folder, "ran"), "utf8") : undefined;
    return { status, ran: ran?.replace(folder, "FOLDER"), last: stderr.trim().split("\n").at(-1) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the buildspec of a step", () => {
  it("gets the program with the same lines as buildspec.yml, and runs one verb of it", () => {
    const { commands, "runtime-versions": versions } = ofBuild.phases["install"] ?? { commands: [] };
    const shared = commands.slice(0, 1 + commands.findIndex((command) => command.includes("sha256sum --check")));
    expect(shared.length).to.be.greaterThan(0);
    for (const verb of ["images", "migrate", "verify"] as const) {
      expect(ofStep(verb)).to.deep.equal({
        version: "0.2",
        env: { shell: ofBuild.env.shell },
        phases: {
          install: { "runtime-versions": versions, commands: shared },
          build: { commands: [`node "$PLAN/program.cjs" ${verb}`] },
        },
      });
    }
  });

  it("hands on the files that the step writes, if it writes any", () => {
    expect(ofStep("images", ["imagedefinitions*.json", "release.json"]).artifacts).to.deep.equal({
      files: ["imagedefinitions*.json", "release.json"],
    });
  });

  it("runs the verb in the folder of the step's input", () => {
    expect(run(program)).to.deep.equal({ status: 0, ran: "verify in FOLDER", last: "" });
  });

  it("runs nothing of a program whose bytes are others than those that up has put there", () => {
    const { status, ran, last } = run(`${program}// changed`);
    expect([status, ran]).to.deep.equal([1, undefined]);
    expect(last).to.equal(
      `${place}: its SHA-256 is not ${sha256}, so nothing of it runs; run "pulumi up --refresh" for the stack`,
    );
  });

  it("says what to do if there is no program", () => {
    const { status, ran, last } = run(undefined);
    expect([status, ran]).to.deep.equal([1, undefined]);
    expect(last).to.match(/^s3:\/\/shop-staging-program\/\w+\.cjs: .+; run "pulumi up --refresh" for the stack$/);
  });

  for (const [title, format] of [
    ["of a newer format", "99"],
    ["of no format", undefined],
  ] as const) {
    it(`says what to do if the project's variables are ${title}`, () => {
      const { status, ran, last } = run(program, { BUILD_FORMAT: format });
      expect([status, ran, last]).to.deep.equal([
        1,
        undefined,
        `BUILD_FORMAT: it is "${format ?? ""}", but this buildspec reads format ${String(buildFormat)}; run "pulumi up" for the stack, and if the buildspec is your own, copy the lines of that version's buildspec.yml into it`,
      ]);
    });
  }
});
