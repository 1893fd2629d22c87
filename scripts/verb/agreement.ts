import { doubtful } from "../pulumi/change-summary.ts";
import type { Project } from "../pulumi/project.ts";
import { Refusal } from "../kit/refusal.ts";
import type { ResourceChange } from "../pulumi/resource-change.ts";
import type { Surroundings } from "./surroundings.ts";
import { confirm } from "./verb.ts";

/** How a person has to agree before a stack is changed. */
export type Agreement = "none" | "yes" | "name";

/**
 * A stack that is protected, or called production, is changed only by who types its name; another one is asked about
 * where something would be deleted or made anew, and always before it is destroyed.
 */
export async function neededAgreement(
  project: Pick<Project, "isProtected">,
  stack: string,
  planned: readonly ResourceChange[] | "destroy",
): Promise<Agreement> {
  if (stack === "production" || (await project.isProtected(stack))) return "name";
  return planned === "destroy" || doubtful(planned).length > 0 ? "yes" : "none";
}

/** Asks a person to agree; refuses where that is not the answer, or where nobody is there to answer. */
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
