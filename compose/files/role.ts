import { isText } from "../tree/fields.ts";
import { valueOf, type Entry, type Mapping } from "../tree/tree.ts";

/**
 * Where a service runs: in a task, once before each release, in a build before its images are pushed, or only when
 * people start it.
 */
export type Role = "task" | "release" | "test" | "people";

/** A service whose keys are each correct by themselves. */
export interface Checked {
  readonly name: string;
  readonly at: Entry["at"];
  readonly keys: Mapping;
  readonly role: Role;
  /** Whether Compose looks at it in a build. */
  readonly active: boolean;
}

/** The role of a service, which its profiles decide. */
export function roleOf(service: Mapping): Role {
  const names = profilesOf(service);
  if (names.length === 0) return "task";
  if (names.includes("release")) return "release";
  return names.includes("test") ? "test" : "people";
}

/** Whether Compose looks at the service in a build, in which only the profile `test` is active. */
export function isActive(service: Mapping): boolean {
  const names = profilesOf(service);
  return names.length === 0 || names.includes("test");
}

function profilesOf(service: Mapping): readonly string[] {
  const profiles = valueOf(service, "profiles");
  const items = profiles?.kind === "sequence" ? profiles.items : [];
  return items.map((item) => (isText(item) ? item.pieces.join("") : ""));
}
