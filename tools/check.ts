import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { affectedSpecs } from "./affected.ts";
import { importsOf } from "./imports.ts";

// The checks to run while you work: types of everything; lint, format and unit specs of what changed since a commit (by
// default the last one on main). `bin/test` checks everything.
const root = fileURLToPath(new URL("..", import.meta.url));
const git = (...args: readonly string[]): readonly string[] =>
  execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);

const [since = git("merge-base", "HEAD", "main")[0] ?? "HEAD"] = process.argv.slice(2);
const untracked = git("ls-files", "--others", "--exclude-standard");
const changed = [...new Set([...git("diff", "--name-only", since), ...untracked])].filter((file) =>
  existsSync(`${root}${file}`),
);
const modules = [...git("ls-files", "*.ts", "*.mjs"), ...untracked.filter((file) => /\.(ts|mjs)$/.test(file))];
const specs = affectedSpecs(root, importsOf(root, [...new Set(modules)], true), changed).filter(
  (spec) => !/^test\/(engine|rehearsal|adoption)\//.test(spec),
);
process.stdout.write(`${changed.length} changed files since ${since.slice(0, 7)}, ${specs.length} unit specs\n`);

/** Whether a command passes; `files` are added to its arguments. Its output is shown if it fails. */
function passes(what: string, command: string, args: readonly string[], files?: readonly string[]): Promise<boolean> {
  if (files?.length === 0) return Promise.resolve(true);
  const began = Date.now();
  const child = spawn(command, [...args, ...(files ?? [])], { cwd: root });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => said.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== 0) process.stdout.write(`${Buffer.concat(said).toString().trim()}\n`);
      process.stdout.write(
        `${code === 0 ? "passed" : "FAILED"}: ${what} (${Math.round((Date.now() - began) / 1000)} s)\n`,
      );
      resolve(code === 0);
    });
  });
}

const linted = changed.filter((file) => /\.(ts|mjs)$/.test(file));
const lintThenUnit = async (): Promise<boolean> => {
  const lint = await passes("lint", "eslint", ["--no-warn-ignored"], linted);
  return (await passes("unit", "mocha", ["--parallel", "--reporter", "dot"], specs)) && lint;
};
const results = await Promise.all([
  passes("types", "tsc", ["--noEmit", "--incremental", "--tsBuildInfoFile", ".tools/types.tsbuildinfo"]),
  lintThenUnit(),
  passes("format", "prettier", ["--check", "--ignore-unknown"], changed),
]);
process.exitCode = results.every(Boolean) ? 0 : 1;
