import type { Context, Draft } from "./draft.ts";
import { withEcsServices } from "./ecs-services.ts";
import { unfolded } from "./edits.ts";
import { withoutEnvFiles } from "./env-files.ts";
import { withImageNames, withSharedImages } from "./images.ts";
import { withoutHostMounts } from "./mounts.ts";
import { withNotes } from "./notes.ts";
import { withPorts } from "./ports.ts";
import { withRelease } from "./release-service.ts";
import { rolesOf } from "./roles.ts";
import { withoutSecrets } from "./secrets.ts";
import { servicesOf } from "./services.ts";
import { settled, type Settled } from "./settle.ts";
import { sheetOf } from "./sheet.ts";
import { withStores } from "./stores.ts";

/** The steps, in their order: what they find depends on what those before have written. */
const steps: readonly ((draft: Draft, context: Context) => Draft)[] = [
  withoutHostMounts,
  withImageNames,
  withSharedImages,
  withoutEnvFiles,
  withStores,
  withoutSecrets,
  withPorts,
  withEcsServices,
  withNotes,
  withRelease,
];

/**
 * Adapts a Compose file to an environment: it becomes the text of `file`, with a comment at each line that changed or
 * has to change. `known` holds values of variables.
 */
export function adapted(
  text: string,
  given: Omit<Context, "roles">,
  file: string,
  known: Readonly<Record<string, string>>,
): Settled {
  const plainText = unfolded(text.replace(/\r\n/g, "\n"));
  const sheet = sheetOf(plainText);
  const context: Context = { ...given, roles: rolesOf(sheet, servicesOf(sheet)) };
  const head = [
    `# The environment ${given.environment}, made by init from ${given.from}.`,
    `# Lines that begin with "# init:" say what was changed and why; remove them when you have read them.`,
  ];
  const start: Draft = { text: `${head.join("\n")}\n${plainText}`, settings: { variables: {}, parameters: [] } };
  const draft = steps.reduce((current, step) => step(current, context), start);
  return settled(draft, context, file, known);
}
