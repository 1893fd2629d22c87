import { randomBytes } from "node:crypto";
import { readParameter } from "../kit/read-parameter.ts";
import { Refusal } from "../kit/refusal.ts";

/**
 * The password of a server that this program creates: the one that the parameter holds, or a new one if there is no
 * parameter (at the first `up`, or after it was deleted for a new password). So every later `up` finds the password
 * that the first one created.
 */
export async function storeSecret(parameter: string): Promise<string> {
  const kept = await readParameter(parameter, true);
  if (kept === undefined) return randomBytes(20).toString("hex");
  if (secret.test(kept.value)) return kept.value;
  throw new Refusal(
    `${parameter}: its value is not a password that AWS accepts (16 to 41 letters, digits and !#$%^&*()_+=.,~-); delete the parameter, and \`up\` creates a new one`,
  );
}

/**
 * Pattern of what every engine accepts: RDS allows at most 41 characters for MySQL, ElastiCache asks for at least 16.
 */
const secret = /^[\w!#$%^&*()+=.,~-]{16,41}$/;
