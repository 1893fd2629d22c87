import { keyGroups, type KeyGroup } from "../settings/table.ts";
import type { KeyDescription } from "../settings/table/key.ts";

/** The text of docs/settings.md: every key of a stack's configuration, by subject. */
export const settingsPage = (): string => [intro, ...keyGroups.map(section)].join("\n\n");

const intro = `# Settings

\`\`\`sh
pulumi config set desiredCount 2 --stack staging
npm run release -- preview --stack staging # what it would change
npm run release -- up --stack staging
\`\`\`

The settings of an environment are in \`Pulumi.<stack>.yaml\`, below \`config:\`. A key has the name of the Pulumi project in front,
which is the \`name\` in \`Pulumi.yaml\`. Write only what differs from the defaults. For a project with the name \`shop\`:

\`\`\`yaml
config:
  aws:region: eu-central-1
  shop:sourceRepository: acme/shop
  shop:desiredCount: 2
  shop:approval: true
  shop:parameters: [DATABASE_URL, SECRET_KEY_BASE]
\`\`\`

- A **text** that looks like a number needs quotes, as in \`"1.10"\`.
- A **list** has one text for each entry. \`pulumi config set --path 'branches[0]' main\` sets an entry.
- None of these keys is for secrets. A secret is a parameter; \`parameters\` names it.
- A project's \`Pulumi.yaml\` can declare another default for all of its stacks.
- A key that is similar to one of these is refused, with the name of that one. \`up\` and \`doctor\` report every other unknown key.

An editor that knows the JSON schema \`settings/stack.schema.json\` completes the keys and marks wrong values. Editors with the
YAML language server read its place from a comment in the first line of the stack's file:

\`\`\`yaml
# yaml-language-server: $schema=settings/stack.schema.json
\`\`\`

In a project that has the npm package, the schema is \`node_modules/compose-ecs-pipeline/dist/settings/stack.schema.json\`.

\`npm run docs:settings\` writes this page from the table that the program itself uses (\`settings/table.ts\`).`;

const section = ({ title, keys }: KeyGroup): string =>
  [
    `## ${title}`,
    ["| Key | Type, default | What it is |", "| --- | --- | --- |", ...Object.entries(keys).map(row)].join("\n"),
  ].join("\n\n");

const types = { string: "text", integer: "number", boolean: "true or false", array: "list" } as const;

const row = ([key, described]: readonly [string, KeyDescription]): string =>
  `| \`${key}\` | ${types[described.type]}, ${defaultCell(described)} | ${prose(described.description)} |`;

function defaultCell({ default: otherwise }: KeyDescription): string {
  const empty = otherwise === "" || (typeof otherwise === "object" && otherwise.length === 0);
  return empty ? "empty" : `\`${String(otherwise)}\``;
}

/** A description without characters that have a meaning in Markdown. */
const prose = (description: string): string => description.replace(/[*<|]/g, String.raw`\$&`);
