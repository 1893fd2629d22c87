import { beyond, type Beyond } from "./beyond.ts";
import type { Finding } from "./findings.ts";
import { justificationOf, type Justification } from "./justified.ts";
import { inGeneral, type Permission } from "./permission.ts";

/** A permission of a role in any environment, as docs/permissions.md has it. */
export interface Row {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

/** The row of a permission of the environment whose names begin with `prefix`. */
export function rowOf(permission: Permission, prefix: string): Row {
  const [resource, condition] = inGeneral(permission, prefix);
  return { role: permission.role, action: permission.action, resource, condition };
}

/**
 * The text of docs/permissions.md: a table for each role, with what fails without each permission or why it is kept.
 * The rows of an earlier text that are not among them follow.
 */
export function permissionsText(findings: readonly Finding[], prefix: string, earlier = ""): string {
  const shown = findings.map((finding) => ({ ...rowOf(finding.permission, prefix), without: withoutIt(finding) }));
  const others = beyond.flatMap((each) => rowsBeyond(each).map((row) => ({ ...row, without: elsewhere(each) })));
  const found = new Set([...shown, ...others].map(keyOf));
  const all = [...shown, ...others, ...linesIn(earlier).filter((line) => !found.has(keyOf(line)))];
  const roles = [...new Set(all.map(({ role }) => role))].toSorted();
  const tables = roles.map((role) => {
    const rows = all
      .filter((row) => row.role === role)
      .map(({ action, resource, condition, without }) => [code(action), code(resource), code(condition), without]);
    return `## ${role}\n\n${table([["Action", "Resource", "Condition", "Without it"], ...rows])}`;
  });
  return `${head}\n${tables.join("\n\n")}\n`;
}

const keyOf = ({ role, action, resource, condition }: Row): string =>
  JSON.stringify([role, action, resource, condition]);

/** The rows of a text that {@link permissionsText} has written, read again. */
export function rowsIn(text: string): readonly Row[] {
  return linesIn(text).map(({ role, action, resource, condition }) => ({ role, action, resource, condition }));
}

function linesIn(text: string): readonly (Row & { readonly without: string })[] {
  const [, ...sections] = text.split(/^## /m);
  return sections.flatMap((section) => {
    const [role = "", ...lines] = section.split("\n");
    return lines
      .filter((line) => line.startsWith("| `"))
      .map((line) => {
        const [, action = "", resource = "", condition = "", without = ""] = line.split("|").map((cell) => cell.trim());
        return { role, action: bare(action), resource: bare(resource), condition: bare(condition), without };
      });
  });
}

/** The findings of a part of the proof, completed from an earlier text. */
export function withEarlier(findings: readonly Finding[], text: string, prefix: string): readonly Finding[] {
  const earlier = new Map(linesIn(text).map(({ without, ...row }) => [keyOf(row), without]));
  return findings.map((finding) => {
    if (finding.fails !== undefined) return finding;
    const known = /^\*\*(.+?)\*\*: (.+)$/.exec(earlier.get(keyOf(rowOf(finding.permission, prefix))) ?? "");
    const [, fails, words] = known ?? [];
    return fails === undefined || words === undefined ? finding : { ...finding, fails, words };
  });
}

/** The rows of permissions that only settings outside of the proof need. */
export function rowsBeyond({ roles, actions, resource, condition = "" }: Beyond): readonly Row[] {
  return roles.flatMap((role) => actions.map((action) => ({ role, action, resource, condition })));
}

function withoutIt({ permission, fails, words = "" }: Finding): string {
  if (fails !== undefined) return `**${fails}**: ${words.replaceAll("|", "/")}`;
  const justification = justificationOf(permission);
  return justification === undefined ? notYet : notShown(justification);
}

/** The text for a permission without a failed scenario: either it can be removed, or its scenario has not been run. */
const notYet = "not shown yet: `npm run prove:permissions -- --rest` tries it";

const notShown = ({ reason, page }: Pick<Justification, "reason" | "page">): string =>
  `not shown here: ${reason} (${page})`;

const elsewhere = ({ setting, ...justification }: Beyond): string => `with ${setting}; ${notShown(justification)}`;

const table = ([head = [], ...rows]: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const code = (text: string): string => (text === "" ? "" : `\`${text}\``);
const bare = (text: string): string => text.replaceAll("`", "");

const head = `# What each permission is for

Written by \`npm run prove:permissions\`, on one machine and by hand. It sets staging up on the local cloud, with every
option that the local cloud knows, and releases once. Then it takes each action of each statement of each role's policy
away in turn, runs a piece of the journey that asks for it, and puts it back. A permission counts as needed only where that
run comes to something else than the run with every permission, and IAM has denied exactly this action to exactly this role
meanwhile; each piece is run with every permission first and last, and a run that is not as expected ends the proof.

What cannot be shown on the local cloud is kept by AWS's word: \`rehearsal/prove/justified.ts\` names the page, and
\`rehearsal/prove/beyond.ts\` does so for the settings that it does not know. Where neither is so, the program says which
permission it is, and fails.

This shows that nothing is too much. That nothing is missing is another test's: \`test/program/minimum-policies.spec.ts\` holds AWS's
own minimum policy for each role and feature, with the page that each is from.

**Revisions are registered on \`*\`.** A revision has no ARN before it is registered, and AWS's own policies have \`*\`
(CodePipeline user guide, “Amazon Elastic Container Service deploy action reference”). What a role may run, deploy, tag and
pass roles to is the environment's, so a revision of another family serves no one; and nothing runs the newest revision of a
family, which another role could have registered.

**Who points a service at another revision passes that revision's roles.** ECS's part of the Service Authorization Reference
names no dependent action for \`ecs:UpdateService\`, but AWS asks for \`iam:PassRole\` on the roles of the task definition
that the request names, and for none where the request changes the count alone (seen on AWS: keidarcy/e1s#429). So the
pipeline's role passes the two roles of the containers, and so does Verify, which takes services back.

**The build reads its layers' cache in ECR** with \`ecr:BatchGetImage\` and \`ecr:GetDownloadUrlForLayer\`: a build without
them succeeds, and builds every layer again. The first is also AWS's for a push (Amazon ECR user guide, “IAM permissions for
pushing an image”).

**Only \`up\` writes the program that builds run.** No role has a permission to write into \`<app>-<environment>-program-…\`, so
no build can choose what a later step runs with larger rights. The scenario “a build that writes over the program of all
builds” tries it with the build's role, and expects the denial.
`;
