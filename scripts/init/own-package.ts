import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { basename, dirname, join, resolve } from "node:path";

/** How `init` was installed, for the package.json that it writes. */
export interface OwnPackage {
  /** What stands in "dependencies". */
  readonly specification: string;
  /** A tarball of this machine, which is copied next to the package.json. */
  readonly tarball?: string;
}

const name = "compose-ecs-pipeline";

/**
 * How the package above a module's folder was installed, as npm has noted it; undefined if it is not installed, or if
 * npm has not noted it.
 */
export function ownPackage(folder = import.meta.dirname, read = readText): OwnPackage | undefined {
  const modules = modulesAbove(folder);
  const noted = modules && read(join(modules, ".package-lock.json"));
  if (modules === undefined || noted === undefined) return undefined;
  const { packages = {} } = JSON.parse(noted) as { readonly packages?: Readonly<Record<string, Noted>> };
  const { resolved, link } = packages[`node_modules/${name}`] ?? {};
  // A link leads to a folder of this machine, which others do not have.
  if (resolved === undefined || link === true) return undefined;
  return packageOf(
    resolved.startsWith("file:") ? `file:${resolve(dirname(modules), resolved.slice("file:".length))}` : resolved,
  );
}

/** The package that a specification names; undefined for a bare version, which would ask the registry for that name. */
export function packageOf(given: string, folder = ""): OwnPackage | undefined {
  if (/^(https?|git(\+\w+)?|ssh):/.test(given) || /^(github|gitlab|bitbucket):/.test(given))
    return { specification: given };
  const path = given.replace(/^file:/, "");
  if (!/\.(tgz|tar\.gz)$/.test(path)) return undefined;
  return { specification: `file:./${basename(path)}`, tarball: resolve(folder, path) };
}

interface Noted {
  readonly resolved?: string;
  readonly link?: boolean;
}

/** The `node_modules` in which the package of a folder is. */
function modulesAbove(folder: string): string | undefined {
  const above = dirname(folder);
  if (above === folder) return undefined;
  return basename(folder) === name && basename(above) === "node_modules" ? above : modulesAbove(above);
}

/** What this package's own package.json says about Node and Pulumi. */
export function ownRequirements(read = readText) {
  const text = read(fileURLToPath(new URL("../../package.json", import.meta.url))) ?? "{}";
  const own = JSON.parse(text) as {
    readonly engines?: { readonly node?: string };
    readonly devDependencies?: Readonly<Record<string, string>>;
  };
  const pulumi = ["@pulumi/pulumi", "@pulumi/aws", "@pulumi/awsx"].map(
    (key) => [key, own.devDependencies?.[key] ?? ""] as const,
  );
  return { node: own.engines?.node ?? "", pulumi: Object.fromEntries(pulumi) };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
