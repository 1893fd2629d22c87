import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * Type errors of a project, one line each; Node itself does not check types. If TypeScript is not installed, or the
 * folder has no tsconfig.json, nothing is checked.
 */
export async function typeErrors(directory: string): Promise<readonly string[]> {
  const compiler = compilerOf(directory);
  if (compiler === undefined || !existsSync(join(directory, "tsconfig.json"))) return [];
  // Files that have not changed since the last check are not checked again.
  const kept = join(directory, "node_modules", ".cache", "type-check.tsbuildinfo");
  const args = ["--noEmit", "--pretty", "false", "--incremental", "--tsBuildInfoFile", kept];
  return await new Promise((resolve) => {
    execFile(process.execPath, [compiler, "--project", directory, ...args], { cwd: directory }, (error, stdout) => {
      const lines = stdout.split("\n").filter((line) => line.trim() !== "");
      if (error === null) resolve([]);
      else resolve(lines.length > 0 ? lines : [error.message]);
    });
  });
}

function compilerOf(directory: string): string | undefined {
  try {
    return createRequire(join(directory, "package.json")).resolve("typescript/bin/tsc");
  } catch {
    return undefined;
  }
}
