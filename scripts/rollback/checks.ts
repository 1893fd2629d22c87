import { GetRoleCommand, type IAMClient } from "@aws-sdk/client-iam";
import { GetParametersCommand, type SSMClient } from "@aws-sdk/client-ssm";
import type { OwnImages } from "../look/own-images.ts";
import type { RevisionView } from "../look/revision-view.ts";
import type { Clients } from "../verb/surroundings.ts";

/** What was found about the revisions that a rollback goes to. */
export interface Findings {
  /** Why their tasks could not start, one line for each reason; empty if they can. */
  readonly problems: readonly string[];
  /** What could not be checked. */
  readonly notes: readonly string[];
}

/** Checks whether tasks of these revisions could start: whether revision, images, parameters and roles exist. */
export async function checkRevisions(
  { ssm, iam }: Pick<Clients, "ssm" | "iam">,
  images: OwnImages,
  revisions: readonly RevisionView[],
): Promise<Findings> {
  const secrets = revisions.flatMap(({ containers }) => containers.flatMap((one) => Object.values(one.secrets)));
  const roles = [...new Set(revisions.flatMap((one) => one.roles))].toSorted();
  const [gone, missing, roleFindings] = await Promise.all([
    Promise.all(revisions.map((revision) => images.goneOf(revision))),
    missingParameters(ssm, [...new Set(secrets)].toSorted()),
    Promise.all(roles.map((role) => checkRole(iam, role))),
  ]);
  const inactive = revisions.filter(({ active }) => !active).map(({ name }) => `${name}: it is no longer ACTIVE`);
  return {
    problems: [
      ...inactive,
      ...new Set(gone.flat()),
      ...missing.map((name) => `${name}: Parameter Store does not have it`),
      ...roleFindings.flatMap(({ problems }) => problems),
    ],
    notes: roleFindings.flatMap(({ notes }) => notes),
  };
}

/** The parameters that do not exist: one call for each ten. Their values are neither decrypted nor kept. */
async function missingParameters(client: SSMClient, names: readonly string[]): Promise<readonly string[]> {
  const parameters = names.filter((name) => !name.includes(":secretsmanager:"));
  const pages = Array.from({ length: Math.ceil(parameters.length / 10) }, (_, page) =>
    client.send(
      new GetParametersCommand({ Names: parameters.slice(page * 10, page * 10 + 10), WithDecryption: false }),
    ),
  );
  return (await Promise.all(pages)).flatMap(({ InvalidParameters = [] }) => InvalidParameters);
}

/** A person who may roll back may lack the permission to read roles; that alone does not prevent a rollback. */
async function checkRole(client: IAMClient, role: string): Promise<Findings> {
  try {
    await client.send(new GetRoleCommand({ RoleName: role.slice(role.lastIndexOf("/") + 1) }));
    return { problems: [], notes: [] };
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    if (name.startsWith("NoSuchEntity")) return { problems: [`${role}: there is no such role`], notes: [] };
    if (name.startsWith("AccessDenied"))
      return { problems: [], notes: [`${role}: it was not checked whether it exists (no iam:GetRole)`] };
    throw error;
  }
}
