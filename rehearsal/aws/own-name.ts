/** The name under which an application is rehearsed on an account: never that of a real environment. */
export interface OwnName {
  /** The application's name, shortened if necessary. */
  readonly app: string;
  /** The stack's name, which is also the environment's. */
  readonly environment: string;
  /** Begins the names of all AWS resources. */
  readonly prefix: string;
}

/** Characters of `<app>-<environment>` (settings/name-limits.ts). */
const longest = 25;

/** A name of at most 25 characters; `random` are 4 lower-case letters or digits. */
export function ownName(app: string, random: string): OwnName {
  const whole = `rehearsal-${random}`;
  const environment = app.length + 1 + whole.length <= longest ? whole : `r-${random}`;
  const short = app.slice(0, longest - environment.length - 1).replace(/-+$/, "");
  return { app: short, environment, prefix: `${short}-${environment}` };
}

/** Why a name cannot be used; undefined if nothing in the account has it. */
export function nameTaken({ prefix }: Pick<OwnName, "prefix">, found: readonly string[]): string | undefined {
  if (found.length === 0) return undefined;
  return `${prefix}: the account has this name already (${found.join(", ")}); nothing was changed; start again, which takes another name`;
}
