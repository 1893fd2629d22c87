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

\`\`\`sh
npm run prove:permissions # as root, after bin/rehearse has run once; half an hour or more
\`\`\`

This writes the page. It brings staging up on the local cloud, with every option that the local cloud knows, and releases once.
Then it removes each action of each statement of each role's policy in turn, runs a part of the journey that needs it, and puts
the action back. A permission counts as needed only if that run ends differently from the run with every permission, and IAM has
denied exactly this action to exactly this role meanwhile. Each part runs with every permission first and last; a run that does
not end as expected ends the proof.

Some permissions cannot be shown on the local cloud. They stay because AWS's documentation names them:
\`rehearsal/prove/justified.ts\` names the page, and \`rehearsal/prove/beyond.ts\` names it for settings that the local cloud does
not know. For any other permission, the program fails and says which one it is.

This shows that no permission is too much. \`test/program/minimum-policies.spec.ts\` shows that none is missing: it has AWS's own
minimum policy for each role and feature, with its page.

**Revisions are registered on \`*\`.** A revision has no ARN before it is registered, and AWS's own policies have \`*\`
(CodePipeline user guide, “Amazon Elastic Container Service deploy action reference”). A role may run, deploy, tag and pass roles
only to what belongs to the environment, so a revision of another family is of no use; and nothing runs the newest revision of a
family, which another role could have registered.

**To point a service at another revision, a role must pass that revision's roles.** ECS's part of the Service Authorization
Reference names no dependent action for \`ecs:UpdateService\`. But AWS requires \`iam:PassRole\` on the roles of the task
definition that the request names, and on none if the request changes the count alone (seen on AWS: keidarcy/e1s#429). So the
pipeline's role passes the two roles of the containers, and so does Verify, which rolls services back.

**The build reads the cache of its layers in ECR** with \`ecr:BatchGetImage\` and \`ecr:GetDownloadUrlForLayer\`. A build without
them succeeds, and builds every layer again. AWS lists the first one for a push, too (Amazon ECR user guide, “IAM permissions for
pushing an image”).

**Only \`up\` writes the program that builds run.** No role has a permission to write into \`<app>-<environment>-program-…\`, so
no build can choose what a later step runs with more permissions. The scenario “a build that writes over the program of all
builds” tries it with the build's role, and expects the denial.
`;
