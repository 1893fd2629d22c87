import { config, name, refuse, strings } from "./keys.ts";

/** The keys that say how images are built, with their defaults. */
const building: Readonly<Record<string, string>> = {
  buildCache: "inline",
  baseImages: "[]",
  runTests: "false",
  buildParameters: "[]",
};

/**
 * The environment whose verified images this one releases, or undefined if it builds its own. Refuses keys about
 * building in the first case, because they would be ignored.
 */
export function promoteFrom(environment: string): string | undefined {
  const from = config().get("promoteFrom");
  if (!from) return undefined;
  if (/[/:.]/.test(from)) {
    refuse(
      "promoteFrom",
      from,
      "the name of an environment in this account, as in staging: images of another account cannot be promoted yet",
    );
  }
  name("promoteFrom", from);
  if (from === environment) refuse("promoteFrom", from, "a different environment, which builds the images first");
  for (const [key, none] of Object.entries(building)) {
    const value = config().get(key) || none;
    if (value === none) continue;
    const given = none === "[]" ? strings(key) : value;
    refuse(key, given, `it only if promoteFrom is empty: images of ${from} are not built here`);
  }
  return from;
}
