import { doubtful } from "../pulumi/change-summary.ts";
import type { Project } from "../pulumi/project.ts";
import { Refusal } from "../kit/refusal.ts";
import type { ResourceChange } from "../pulumi/resource-change.ts";
import type { Surroundings } from "./surroundings.ts";
import { confirm } from "./verb.ts";

/** How a person must agree before a stack is changed: not at all, with yes, or with the stack's name. */
export type Agreement = "none" | "yes" | "name";

/**
 * For a stack that is protected or named production, the person must type its name. For another stack, they must
 * say yes before something is deleted or replaced, and always before `destroy`.
 */
export async function neededAgreement(
  project: Pick<Project, "isProtected">,
  stack: string,
  planned: readonly ResourceChange[] | "destroy",
): Promise<Agreement> {
  if (stack === "production" || (await project.isProtected(stack))) return "name";
  return planned === "destroy" || doubtful(planned).length > 0 ? "yes" : "none";
}

/** Asks a person to agree; refuses if they do not, or if there is no terminal to ask on. */
export async function askAgreement(
  verb: string,
  stack: string,
  needed: Agreement,
  around: Surroundings,
): Promise<void> {
  if (needed === "none") return;
  if (needed === "yes") {
    await confirm(verb, {}, around);
    return;
  }
  if (around.ask === undefined) throw new Refusal(`${verb}: there is no one to ask; give --yes`);
  const reply = await around.ask(`${verb}: type the stack's name to go on: `);
  if (reply.trim() !== stack) throw new Refusal(`${verb}: that is not ${stack}; nothing was done`);
}
