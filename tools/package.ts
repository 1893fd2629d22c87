import { execFileSync } from "node:child_process";
import { cpSync, globSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { bundleProgram } from "../components/plain.ts";

// Writes dist/, the compiled code of the npm package; `npm pack` runs this first.
const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}dist/`;

rmSync(dist, { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [compiler, "--project", `${root}tsconfig.package.json`], { stdio: "inherit" });
for (const file of runTimeFiles()) cpSync(`${root}${file}`, `${dist}${file}`);
writeFileSync(`${dist}components/build/program.cjs`, await bundleProgram());
// Under another name: TypeScript would prefer index.ts to the types in index.d.ts.
cpSync(`${root}index.ts`, `${dist}own-program.ts`);

/** The files that the compiled code reads or loads while it runs, at the same path from the root as in this repository. */
function runTimeFiles(): readonly string[] {
  const copied = globSync("{components,scripts,settings}/**/*.{mjs,cjs,json}", { cwd: root });
  // package.json has the version and the oldest Node, `up` prints UPGRADING.md.
  return [...copied, "buildspec.yml", "package.json", "UPGRADING.md"];
}
