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
  // An answer to HEAD has no body, so S3 names neither the role nor the action (S3 API reference, HeadObject).
  const head = action === "s3:GetObject" ? /\(403\) when calling the HeadObject operation: Forbidden/gu : undefined;
  return [...(text.match(pattern) ?? []), ...((head && text.match(head)) ?? [])];
}
