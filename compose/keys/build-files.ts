import { posix } from "node:path";
import { field, isText, section } from "../tree/fields.ts";
import { isRemote } from "../shape/leaf.ts";
import type { Report } from "../tree/problem.ts";
import type { Mapping, Value } from "../tree/tree.ts";
import type { Service } from "./service.ts";
import type { Exists } from "../files/project.ts";

/** Reports each build context and each Dockerfile that does not exist, for all services that a build may build. */
export function checkBuildFiles(services: readonly Service[], exists: Exists, report: Report): void {
  for (const { role, keys } of services) {
    const build = section(keys, "build");
    if (role === "people" || build === undefined) continue;
    checkDockerfile(build, exists, report);
    for (const { value } of section(build, "additional_contexts")?.entries ?? []) checkContext(value, exists, report);
  }
}

function checkDockerfile(build: Mapping, exists: Exists, report: Report): void {
  const context = field(build, "context")?.value;
  const directory = context && checkContext(context, exists, report);
  if (directory === undefined || field(build, "dockerfile_inline") !== undefined) return;
  const given = field(build, "dockerfile")?.value;
  if (given !== undefined && !isText(given)) return;
  const name = given?.pieces.join("") ?? "Dockerfile";
  const path = posix.isAbsolute(name) ? name : posix.join(directory, name);
  // BuildKit also takes `dockerfile` if there is no `Dockerfile`.
  if (isRemote(name) || exists(path) || (name === "Dockerfile" && exists(posix.join(directory, "dockerfile")))) return;
  const remedy = given === undefined ? 'name it in "dockerfile"' : 'correct "dockerfile"';
  report(given?.at ?? build.at, `there is no file ${path} to build with; commit it, or ${remedy}`);
}

/**
 * The directory of a build context, if it exists; undefined for any other context, and for one that Docker gets from
 * elsewhere.
 */
function checkContext(context: Value, exists: Exists, report: Report): string | undefined {
  const path = isText(context) ? context.pieces.join("") : "";
  // `service:`, `docker-image://` and so on; only the shell knows what `~` is.
  if (path === "" || path.startsWith("~") || isRemote(path) || /^[a-z-]+:/.test(path)) return undefined;
  if (exists(path)) return path;
  report(context.at, `there is no directory ${path} to build in; commit it, or correct the path`);
  return undefined;
}
