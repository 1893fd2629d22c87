import { randomBytes } from "node:crypto";
import { readParameter } from "../kit/read-parameter.ts";
import { Refusal } from "../kit/refusal.ts";

/**
 * The password of a server that this program makes: the one that the parameter keeps, or a new one where there is none
 * (at the first `up`, or because somebody wants another). So every later `up` finds what the first one made.
 */
export async function storeSecret(parameter: string): Promise<string> {
  const kept = await readParameter(parameter, true);
  if (kept === undefined) return randomBytes(20).toString("hex");
  if (secret.test(kept.value)) return kept.value;
  throw new Refusal(
    `${parameter}: its value is not a password that AWS accepts (16 to 41 letters, digits and !#$%^&*()_+=.,~-); delete the parameter, and \`up\` creates a new one`,
  );
}

/** What every engine takes: RDS ends at 41 characters for MySQL, ElastiCache begins at 16. */
const secret = /^[\w!#$%^&*()+=.,~-]{16,41}$/;
