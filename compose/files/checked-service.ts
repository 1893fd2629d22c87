import type { Role } from "./role.ts";
import type { Entry, Mapping } from "../tree/tree.ts";
/** A service whose keys are each right by themselves. */
export interface Checked {
  readonly name: string;
  readonly at: Entry["at"];
  readonly keys: Mapping;
  readonly role: Role;
  /** Whether Compose looks at it in a build. */
  readonly active: boolean;
}
