/**
 * The error for a buildspec that is not valid, or that has what the local cloud does not support; message `where: what;
 * remedy`.
 */
export class BuildspecError extends Error {}

/** A value that must be a mapping. */
export function mapping(where: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail(where, "is not a mapping", "see the buildspec reference");
  }
  return value as Readonly<Record<string, unknown>>;
}

/** A list of texts; none where there is no list. */
export function strings(where: string, value: unknown): readonly string[] {
  if (!Array.isArray(value ?? [])) {
    return fail(where, "is not a list", "write one item a line, each after a dash");
  }
  return ((value ?? []) as readonly unknown[]).map((item) =>
    typeof item === "object" ? fail(where, "has an item that is not a text", "put the item in quotes") : shown(item),
  );
}

/** Texts by name; throws for a name that CodeBuild reserves. */
export function scalars(where: string, value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(mapping(where, value ?? {}));
  for (const [name, item] of entries) {
    if (typeof item === "object") fail(`${where}.${name}`, "is not a text", "put the value in quotes");
    if (name.startsWith("CODEBUILD_")) fail(`${where}.${name}`, "the prefix CODEBUILD_ is reserved", "rename it");
  }
  return Object.fromEntries(entries.map(([name, item]) => [name, shown(item)]));
}

/** A value as text. */
export function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}

/** Throws when there are other keys than these. */
export function allow(where: string, value: Readonly<Record<string, unknown>>, keys: readonly string[]): void {
  const other = Object.keys(value).filter((key) => !keys.includes(key));
  if (other.length > 0) {
    fail(where, `the local cloud does not support ${other.toSorted().join(", ")}`, `allowed are ${keys.join(", ")}`);
  }
}

/** Throws a BuildspecError. */
export function fail(where: string, what: string, remedy: string): never {
  throw new BuildspecError(`${where}: ${what}; ${remedy}`);
}
