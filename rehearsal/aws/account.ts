/** What says in which account a rehearsal may work. */
export interface AccountArgs {
  /** Name of the stack's file, for messages. */
  readonly file: string;
  /** `aws:allowedAccountIds` of the stack's file. */
  readonly allowed: unknown;
  /** The account of the credentials, as STS says. */
  readonly caller: string;
}

/** The account that the credentials belong to and the stack allows, or why there is none. */
export function accountOf({
  file,
  allowed,
  caller,
}: AccountArgs): { readonly id: string } | { readonly problem: string } {
  const ids = idsOf(allowed);
  if (ids.length === 0) {
    return {
      problem: `${file}: aws:allowedAccountIds is not set, and a rehearsal on AWS works only in an account that it names; set it, as in aws:allowedAccountIds: ["123456789012"]`,
    };
  }
  const wrong = ids.find((id) => !/^\d{12}$/.test(id));
  if (wrong !== undefined) {
    return {
      problem: `${file}: aws:allowedAccountIds: "${wrong}" is not an account's id; write its 12 digits in quotes`,
    };
  }
  if (!ids.includes(caller)) {
    return {
      problem: `account: the credentials belong to ${caller}, and aws:allowedAccountIds of ${file} has ${ids.join(", ")}; log in to that account`,
    };
  }
  return { id: caller };
}

/** Why a typed account id is not an agreement; undefined if it is one. */
function typedProblem(typed: string, account: string): string | undefined {
  const given = typed.trim();
  if (given === "") return "no account's id was typed; nothing was changed";
  return given === account
    ? undefined
    : `"${given}" is not ${account}, the account of the credentials; nothing was changed`;
}

/** How a person agrees: by an answer at the terminal, or without a terminal by `--account`. */
export interface Agreement {
  readonly account: string;
  /** The value of `--account`. */
  readonly given: string | undefined;
  /** Asks at the terminal; undefined if there is none. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

/** Why no one has agreed; undefined if a person has typed the account's id. */
export async function agreementProblem({ account, given, ask }: Agreement): Promise<string | undefined> {
  if (given !== undefined) {
    const problem = typedProblem(given, account);
    if (problem !== undefined) return `--account: ${problem}`;
  }
  if (ask !== undefined) return typedProblem(await ask("type the account's id to go on: "), account);
  return given === undefined ? "there is no terminal to ask at; give the account's id with --account ID" : undefined;
}

/** `pulumi config set` without `--path` writes a list as JSON; YAML may have read an id as a number. */
function idsOf(allowed: unknown): readonly string[] {
  try {
    const list: unknown = typeof allowed === "string" && allowed.startsWith("[") ? JSON.parse(allowed) : allowed;
    return (Array.isArray(list) ? list : [list ?? ""]).map(String).filter((id) => id !== "");
  } catch {
    return [String(allowed)];
  }
}
