import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const tarballs = new Map<string, string>();

/** The package as `npm pack` makes it from this checkout; packed once in each process. */
export const packed = (): string => pack("compose-ecs-pipeline");

/** The package with the local cloud, likewise. */
export const packedLocal = (): string =>
  pack("compose-ecs-pipeline-local", "--workspace", "compose-ecs-pipeline-local");

function pack(name: string, ...options: readonly string[]): string {
  const known = tarballs.get(name);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), `${name}-package-`));
  const printed = execFileSync("npm", ["pack", "--silent", "--pack-destination", folder, ...options], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  const tarball = join(folder, printed.trim().split("\n").at(-1) ?? "");
  tarballs.set(name, tarball);
  return tarball;
}

/**
 * Puts the unpacked package into a project, with links to the packages that it depends on, as an installation of the same
 * versions has them. `version` is written into the package instead of its own. Returns the package's folder.
 */
export function installPacked(project: string, version?: string): string {
  const modules = join(project, "node_modules");
  const own = join(modules, "compose-ecs-pipeline");
  mkdirSync(own, { recursive: true });
  execFileSync("tar", ["--extract", "--file", packed(), "--directory", own, "--strip-components", "1"]);
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (/^(\.bin|compose-ecs-pipeline|@compose-ecs-pipeline)$/.test(name)) continue;
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  if (version === undefined) return own;
  for (const file of ["package.json", "dist/package.json"]) {
    const manifest = JSON.parse(readFileSync(join(own, file), "utf8")) as Readonly<Record<string, unknown>>;
    writeFileSync(join(own, file), JSON.stringify({ ...manifest, version }));
  }
  const notes = join(own, "dist/UPGRADING.md");
  writeFileSync(notes, `${readFileSync(notes, "utf8")}\n## ${version}\n\n- What is new in ${version}.\n`);
  return own;
}

/** Runs the command of the package that is installed in a project. */
export function command(project: string, args: readonly string[], cwd = project) {
  const program = join(project, "node_modules/compose-ecs-pipeline/dist/scripts/bin.js");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd, encoding: "utf8" });
  return { status, text: stdout + stderr };
}
