import type { AccountClients } from "./clients.ts";
import { destroyCommand, removeFolder, type RehearsalFolder } from "./folder.ts";
import { leftoverLines, listLeftovers } from "./leftovers.ts";
import { namedAlike, taggedPages } from "./look.ts";
import type { OwnName } from "./own-name.ts";
import { quiesce } from "./quiesce.ts";
import type { StackPlace, Stacks } from "./stacks.ts";

/** What has to be deleted. */
export interface EndArgs {
  readonly folder: RehearsalFolder;
  readonly own: OwnName;
  /** The stacks in the order of their deletion. */
  readonly places: readonly StackPlace[];
  readonly stacks: Stacks;
  readonly clients: AccountClients;
  readonly note: (line: string) => void;
  /** Milliseconds between two looks for what is left. @default 15000 */
  readonly pauseMs?: number;
}

/**
 * Deletes a rehearsal's stacks, and lists what is left by its tag and by its name. The folder with the state stays
 * unless all stacks are deleted.
 */
export async function endRehearsal(args: EndArgs): Promise<void> {
  const { folder, own, places, stacks, clients, note, pauseMs = 15_000 } = args;
  await quiesce(clients, own.prefix);
  for (const place of places) {
    const destroyed = await stacks.destroy(place);
    if (destroyed !== undefined) note(`stack ${place.stack}: ${destroyed.changes.delete} resources deleted`);
  }
  removeFolder(folder.path);
  const found = await listLeftovers(taggedPages(clients, own.prefix), { pauseMs });
  const { region, prefix } = folder.notes;
  const again = `aws resourcegroupstaggingapi get-resources --region ${region} --tag-filters Key=compose-ecs-pipeline:rehearsal,Values=${prefix}`;
  for (const line of leftoverLines(found, await namedAlike(clients, own), again)) note(line);
}

/** Says how to go on with rehearsals whose state is still there; empty if there are none. */
export const unfinishedLines = (names: readonly string[]): readonly string[] =>
  names.map(
    (name) => `${name}: an earlier rehearsal on AWS still exists and costs money; run \`${destroyCommand(name)}\``,
  );
