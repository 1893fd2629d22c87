import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { problemOf } from "../../scripts/for-rehearsal.ts";
import { explainFailure } from "../any/explain-failure.ts";
import { walkOf } from "../any/journey.ts";
import { walkThrough } from "../any/steps.ts";
import { barLines } from "../kit/bar.ts";
import { timeline, type Timeline } from "../kit/timeline.ts";
import { endRehearsal, unfinishedLines } from "./end-rehearsal.ts";
import { processSignals, walkAndEnd, type Outcome } from "./ending.ts";
import { factLines } from "./facts.ts";
import { createFolder, destroyCommand, rehearsalsFolder, removeFolder, unfinished } from "./folder.ts";
import type { OnAwsOptions } from "./options.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { rehearsalStacks } from "./stacks.ts";

/** Rehearses an environment on an AWS account, and deletes everything at the end; returns the exit code. */
export async function rehearseOnAws(options: OnAwsOptions): Promise<number> {
  const { say, warn, root = rehearsalsFolder() } = options;
  const earlier = unfinishedLines(unfinished(root));
  if (earlier.length > 0) {
    for (const line of earlier) warn(`rehearse: ${line}`);
    return 1;
  }
  const path = createFolder(root, `rehearsal-${randomBytes(2).toString("hex")}`);
  let prepared: Prepared;
  try {
    prepared = await prepare(options, path);
  } catch (error) {
    // Nothing exists in the account yet.
    removeFolder(path);
    warn(`rehearse: ${problemOf(error)}`);
    return 1;
  }
  const told = timeline(say);
  const outcome = await walked(options, prepared, told);
  for (const line of [...factLines(prepared.place.seen()), ...barLines(told.steps)]) say(line);
  return codeOf(outcome, warn);
}

function codeOf(outcome: Outcome, warn: (line: string) => void): number {
  if (typeof outcome === "object") warn(`the rehearsal failed: ${problemOf(outcome.failed)}`);
  return outcome === "done" ? 0 : outcome === "interrupted" ? 130 : 1;
}

async function walked(
  { say, quick, keep, onSignal = processSignals, elsewhere }: OnAwsOptions,
  { folder, own, clients, place, places }: Prepared,
  told: Timeline,
): Promise<Outcome> {
  const stacks = rehearsalStacks(told.note);
  const here = { ...place, close: place.interrupt };
  const pauseMs = elsewhere?.everyMs ?? 15_000;
  return await walkAndEnd({
    walk: async () => {
      await walkThrough(walkOf(here, told), { quick, keep }).catch(async (error: unknown) => {
        await explainFailure(here, say).catch(() => undefined);
        throw error;
      });
      const address = place.address();
      if (keep && address !== undefined) say(`it serves at ${address}; Ctrl-C deletes everything`);
    },
    abort: place.interrupt,
    end: () =>
      told.step("destroy, and a list of what is left", () =>
        endRehearsal({ folder, own, places, stacks, clients, note: told.note, pauseMs }),
      ),
    abortEnd: stacks.abort,
    onSignal,
    say,
    left: () =>
      existsSync(folder.path)
        ? `not everything is deleted, and what is left costs money; go on with \`${destroyCommand(folder.name)}\``
        : "everything is deleted, but what AWS still lists was not looked at",
    keep,
  });
}
