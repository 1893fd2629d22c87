/** An entry of `pulumi stack history --json`, as far as it is read. */
export interface Update {
  /** update, refresh, destroy, import … */
  readonly kind: string;
  /** What Pulumi knew about its surroundings; `git.head` is the commit of the project's checkout. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * The commit of the checkout from which the last `up` ran, whether it succeeded or not; undefined if it ran outside of a
 * checkout. The newest entry is the first.
 */
export const commitOfLastUp = (history: readonly Update[]): string | undefined =>
  history.find(({ kind }) => kind === "update")?.environment?.["git.head"];
