import type { Permission } from "./permission.ts";

/** What taking one permission away has shown. */
export interface Finding {
  readonly permission: Permission;
  /** The scenario that fails without it. @default - none does */
  readonly fails?: string;
  /** Whether the local cloud may not ask for it at all: it judges the service's requests unread, and denied none. */
  readonly unread?: boolean;
  /** What the scenario came to, and the service's word. */
  readonly words?: string;
}

/** What of a run is compared: what it came to, and the denials of one permission meanwhile. */
export interface Attempt {
  readonly outcome: string;
  /** Messages of IAM that deny the action to the role. */
  readonly denials: readonly string[];
}

/** Whether a run without a permission proves it: the outcome differs, and exactly this action was denied meanwhile. */
export function proves(control: string, { outcome, denials }: Attempt): boolean {
  return outcome !== control && denials.length > 0;
}

/** The messages in a text by which IAM denies an action to a role. */
export function denialsIn(text: string, roleName: string, action: string): readonly string[] {
  const pattern = new RegExp(
    `assumed-role/${roleName}/\\S+ is not authorized to perform: ${action}(?![\\w*])[^\\n]*`,
    "gu",
  );
  return text.match(pattern) ?? [];
}
