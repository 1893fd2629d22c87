import type { Git } from "../kit/git.ts";
import { Refusal } from "../kit/refusal.ts";

/** The checkout is older than the commit from which the last `up` ran. */
export class Outdated extends Refusal {}

export interface ForwardArgs {
  readonly stack: string;
  /** The checkout of the project. */
  readonly git: Git;
  /** The commit from which the last `up` ran; undefined if it is not known. */
  readonly last: string | undefined;
}

/**
 * Refuses a checkout that does not contain the commit from which the last `up` ran: throws Outdated if that commit
 * contains the checkout's.
 */
export async function requireForward({ stack, git, last }: ForwardArgs): Promise<void> {
  const head = await git.resolve("HEAD");
  if (head === undefined) throw new Refusal("--forward: this folder is not in a Git checkout; run `up` in one");
  if (last === undefined || last === head) return;
  const lost = await git.between(head, last);
  const ran = `the last \`up\` ran from commit ${short(last)}`;
  if (lost === undefined) {
    throw new Refusal(
      `--forward: ${ran}, which this checkout does not have; fetch all of its history, or run \`up\` without --forward`,
    );
  }
  if (lost.length === 0) return;
  const ahead = await git.between(last, head);
  if (ahead?.length === 0) {
    throw new Outdated(`stack ${stack}: ${ran}, which is newer than ${short(head)}; nothing was changed`);
  }
  throw new Refusal(
    `--forward: ${ran}, which is not in the history of ${short(head)}; if another branch or a rewritten one is right, run \`up\` without --forward`,
  );
}

const short = (commit: string): string => commit.slice(0, 7);
