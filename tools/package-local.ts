import { execFileSync } from "node:child_process";
import { cpSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, normalize } from "node:path";
import { fileURLToPath } from "node:url";

// Writes local-cloud/dist/, the compiled code of the npm package compose-ecs-pipeline-local; `npm pack` runs this first.
const root = fileURLToPath(new URL("..", import.meta.url));
const dist = `${root}local-cloud/dist/`;
const own = ["local-cloud", "rehearsal"];

/** The doors of the package compose-ecs-pipeline, which is not compiled into this one. */
const doors: Readonly<Record<string, string>> = {
  "scripts/for-rehearsal.js": "compose-ecs-pipeline/for-rehearsal",
  "compose/index.js": "compose-ecs-pipeline/compose",
};

rmSync(dist, { recursive: true, force: true });
const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
execFileSync(process.execPath, [compiler, "--project", `${root}tsconfig.local.json`], { stdio: "inherit" });
// The compiler follows imports into the other package.
for (const name of readdirSync(dist)) if (!own.includes(name)) rmSync(`${dist}${name}`, { recursive: true });
for (const file of globSync("**/*.js", { cwd: dist })) {
  const text = readFileSync(`${dist}${file}`, "utf8");
  writeFileSync(
    `${dist}${file}`,
    text.replace(/(?<=\bfrom |\bimport\()"(\.[^"]*)"/g, (path, to: string) => door(file, to) ?? path),
  );
}
// What the code starts or gives to Docker while it runs.
for (const folder of ["local-cloud/servers/postgres", "local-cloud/servers/redis", "rehearsal/images"])
  cpSync(`${root}${folder}`, `${dist}${folder}`, { recursive: true });

/** The package's door for an import of a file that is not in this package; undefined for an own file. */
function door(file: string, to: string): string | undefined {
  const target = normalize(`${dirname(file)}/${to}`);
  if (own.some((name) => target.startsWith(`${name}/`))) return undefined;
  const found = doors[target];
  if (found === undefined) throw new Error(`${file}: it imports ${target}, which is no door of compose-ecs-pipeline`);
  return JSON.stringify(found);
}
