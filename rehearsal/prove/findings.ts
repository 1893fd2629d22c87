import type { Permission } from "./permission.ts";

/** The result of withdrawing one permission. */
export interface Finding {
  readonly permission: Permission;
  /** The scenario that fails without it. @default - none fails */
  readonly fails?: string;
  /** Whether the local cloud may not check it at all: it does not read the service's requests, and denied none. */
  readonly unread?: boolean;
  /** The scenario's outcome, and the service's message. */
  readonly words?: string;
}

/** What is compared of a run: its outcome, and the denials of one permission. */
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
