import type { Artifacts } from "./buildspec-types.ts";
/** A file of the build's folder and the name it has in the artifact. */
export interface ArtifactFile {
  readonly path: string;
  readonly name: string;
}

/** The files that an `artifacts` section selects, and its patterns that match no file. */
export interface Selection {
  readonly files: readonly ArtifactFile[];
  readonly skipped: readonly string[];
}

/**
 * The files of an artifact out of all paths below the source folder. Folders that `base-directory` matches are not
 * themselves included, only what is in them. Source: CodeBuild user guide, "Buildspec syntax", artifacts.
 */
export function selectArtifacts(artifacts: Artifacts, paths: readonly string[]): Selection {
  const based = paths.flatMap((path) => below(artifacts.baseDirectory, path).map((inside) => ({ path, inside })));
  const files = new Map<string, ArtifactFile>();
  const skipped: string[] = [];
  for (const pattern of artifacts.files) {
    const wanted = trimmed(pattern);
    const found = based.filter(({ inside }) => inside === wanted || matchesGlob(inside, wanted));
    if (found.length === 0) skipped.push(pattern);
    for (const { path, inside } of found) {
      const name = artifacts.discardPaths ? (inside.split("/").at(-1) ?? inside) : inside;
      files.set(name, { path, name });
    }
  }
  return { files: [...files.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1)), skipped };
}

/** The path inside the base directory, if it is below one. */
function below(baseDirectory: string, path: string): readonly string[] {
  const base = trimmed(baseDirectory);
  if (base === "" || base === ".") return [path];
  const depth = base.split("/").length;
  const parts = path.split("/");
  const folder = parts.slice(0, depth).join("/");
  return parts.length > depth && (folder === base || matchesGlob(folder, base)) ? [parts.slice(depth).join("/")] : [];
}

function trimmed(path: string): string {
  return path.replace(/^(\.\/)+/, "").replace(/\/+$/, "");
}

/** `*` and `?` stay within a folder, `**` spans folders; files that start with a dot match like others. */
function matchesGlob(path: string, pattern: string): boolean {
  const expression = pattern.replace(
    /\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g,
    (token) => globTokens[token] ?? `\\${token}`,
  );
  return new RegExp(`^${expression}$`).test(path);
}

const globTokens: Readonly<Record<string, string>> = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" };
