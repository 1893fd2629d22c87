import { name, refuse, refuseUnread, textOrEmpty } from "./keys.ts";

/** The keys that say how images are built. */
const building = ["buildCache", "baseImages", "runTests", "buildParameters"] as const;

/**
 * The environment whose verified images this one releases, or undefined if it builds its own. Refuses keys about
 * building in the first case, because they would be ignored.
 */
export function promoteFrom(environment: string): string | undefined {
  const from = textOrEmpty("promoteFrom");
  if (from === "") return undefined;
  if (/[/:.]/.test(from)) {
    refuse(
      "promoteFrom",
      from,
      "the name of an environment in this account, as in staging: images of another account cannot be promoted yet",
    );
  }
  name("promoteFrom", from);
  if (from === environment) refuse("promoteFrom", from, "a different environment, which builds the images first");
  refuseUnread(building, `it only if promoteFrom is empty: images of ${from} are not built here`);
  return from;
}
