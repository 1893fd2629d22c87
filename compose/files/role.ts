import { isText } from "../tree/fields.ts";
import { valueOf, type Entry, type Mapping } from "../tree/tree.ts";

/** Whether a service runs in a task, once before each release, in a build before its images are pushed, or for people only. */
export type Role = "task" | "release" | "test" | "people";

/** A service whose keys are each right by themselves. */
export interface Checked {
  readonly name: string;
  readonly at: Entry["at"];
  readonly keys: Mapping;
  readonly role: Role;
  /** Whether Compose looks at it in a build. */
  readonly active: boolean;
}

/** What the profiles of a service make it. */
export function roleOf(service: Mapping): Role {
  const names = profilesOf(service);
  if (names.length === 0) return "task";
  if (names.includes("release")) return "release";
  return names.includes("test") ? "test" : "people";
}

/** Whether Compose takes part of the service in a build, where the profile `test` is active and no other. */
export function isActive(service: Mapping): boolean {
  const names = profilesOf(service);
  return names.length === 0 || names.includes("test");
}

function profilesOf(service: Mapping): readonly string[] {
  const profiles = valueOf(service, "profiles");
  const items = profiles?.kind === "sequence" ? profiles.items : [];
  return items.map((item) => (isText(item) ? item.pieces.join("") : ""));
}
