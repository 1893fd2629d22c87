import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";

const root = resolve(import.meta.dirname, "../..");
const example = join(root, "examples/testing");

/** A text of one of the example's files, and what stands there instead. */
type Fault = readonly [file: string, text: string, instead: string];

const counts = "runs the web service twice and the worker once";
const health = "asks every container whether it is healthy";
const rights = "lets containers read and write uploads, and delete neither the bucket nor a parameter";
const before = `"before all" hook for "${counts}"`;

describe("the example's spec", function () {
  this.timeout(120_000);
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "testing-example-"));
    cpSync(example, folder, { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    // The imports that have the package's name in a project of one's own.
    for (const file of ["infra/index.ts", "infra/staging.spec.ts"])
      change([file, "../../../", `${pathToFileURL(root).href}/`]);
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function change([file, text, instead]: Fault): void {
    const path = join(folder, file);
    const before = readFileSync(path, "utf8");
    expect(before, `${file} has the text`).to.include(text);
    writeFileSync(
      path,
      before.replace(text, () => instead),
    );
  }

  /** Titles of the tests that fail in the copy, each with the first line of its error. */
  function failures(spec = "staging.spec.ts"): readonly (readonly [title: string, error: string])[] {
    const arguments_ = [join(root, "node_modules/mocha/bin/mocha.js"), "--no-config", "--timeout", "60000"];
    const report = join(folder, "report.json");
    const reporter = ["--reporter", "json", "--reporter-option", `output=${report}`, spec];
    try {
      execFileSync(process.execPath, [...arguments_, ...reporter], { cwd: join(folder, "infra"), stdio: "pipe" });
    } catch {
      // Mocha ends with the number of failures.
    }
    const { failures } = JSON.parse(readFileSync(report, "utf8")) as {
      failures: { title: string; err: { message: string } }[];
    };
    return failures.map(({ title, err }) => [title, err.message.split("\n")[0] ?? ""]);
  }

  it("passes with the stack as it is", () => {
    expect(failures()).to.deep.equal([]);
  });

  it("is longer than the one of docs/testing.md, which passes, too", () => {
    const [, spec = ""] = /```ts\n(.*?)```/s.exec(readFileSync(join(root, "docs/testing.md"), "utf8")) ?? [];
    expect(spec.trim().split("\n")).to.have.length(10);
    const door = pathToFileURL(join(root, "testing/index.ts")).href;
    writeFileSync(join(folder, "infra/docs.spec.ts"), spec.replace("compose-ecs-pipeline/testing", door));
    expect(failures("docs.spec.ts")).to.deep.equal([]);
  });

  const faults: readonly (readonly [what: string, fault: Fault, title: string, error: RegExp])[] = [
    [
      "a wrong setting",
      ["infra/Pulumi.staging.yaml", "desiredCount: 2", "desiredCount: 3"],
      counts,
      /^expected .* to have deep nested property 'environment.taskCounts'/,
    ],
    [
      "a service that asks for no health",
      ["docker-compose-staging.yml", '    healthcheck:\n      test: ["CMD", "node", "alive.mjs"]\n', ""],
      health,
      /^expected \[ \{/,
    ],
    [
      "a role that may do too much",
      [
        "infra/index.ts",
        "deliver()",
        'deliver({ policy: [{ actions: ["s3:DeleteBucket"], resources: ["arn:aws:s3:::shop-*"] }] })',
      ],
      rights,
      /^expected \[ true, false \] to deeply equal \[ false, false \]$/,
    ],
    [
      "a role that may do too little",
      ["infra/Pulumi.staging.yaml", "bucket: true", "bucket: true\n  shop:bucketPrefix: uploads/"],
      rights,
      /^expected \[ false, false \] to deeply equal \[ true, true \]$/,
    ],
    [
      "a setting that the program refuses",
      ["infra/Pulumi.staging.yaml", "desiredCount: 2", "desiredCount: many"],
      before,
      /^Pulumi\.staging\.yaml: desiredCount: "many" is not allowed; set a whole number from 0 to 1000$/,
    ],
  ];
  for (const [what, fault, title, error] of faults) {
    it(`finds ${what}, and says which`, () => {
      change(fault);
      const [first, ...others] = failures();
      expect([first?.[0], others]).to.deep.equal([title, []]);
      expect(first?.[1]).to.match(error);
    });
  }
});
