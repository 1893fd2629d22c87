import { problemOf, Refusal, thisProcess } from "../../scripts/for-rehearsal.ts";
import { accountClients } from "./clients.ts";
import { endRehearsal } from "./end-rehearsal.ts";
import { openFolder, rehearsalsFolder, stackVariables, unfinished } from "./folder.ts";
import { readAccount } from "./look.ts";
import type { Elsewhere } from "./options.ts";
import { attached, placesOf } from "./prepare.ts";
import { rehearsalStacks, unlock } from "./stacks.ts";

export interface DestroyOptions {
  /** Name of the rehearsal. */
  readonly name: string;
  readonly say: (line: string) => void;
  readonly warn: (line: string) => void;
  /** Folder of all rehearsals on AWS. @default - in the user's state folder */
  readonly root?: string;
  /** @default - AWS itself, with the user's credentials */
  readonly elsewhere?: Pick<Elsewhere, "client" | "everyMs" | "variables">;
}

/** Destroys what an interrupted rehearsal has left; returns the exit code. It can be repeated until it succeeds. */
export async function destroyRehearsal(options: DestroyOptions): Promise<number> {
  try {
    await destroy(options);
    return 0;
  } catch (error) {
    options.warn(`rehearse: ${problemOf(error)}`);
    return 1;
  }
}

async function destroy({ name, say, root = rehearsalsFolder(), elsewhere }: DestroyOptions): Promise<void> {
  const folder = openFolder(root, name);
  if (folder === undefined) {
    const known = unfinished(root);
    throw new Refusal(
      `--destroy ${name}: there is no such rehearsal in ${root}; ${known.length === 0 ? "there is none" : `there is ${known.join(", ")}`}`,
    );
  }
  const { account, app, environment, pid, prefix, profile, region } = folder.notes;
  if (pid !== process.pid && thisProcess().runs(pid))
    throw new Refusal(`--destroy ${name}: the process ${pid} still runs it; press Ctrl-C there first`);
  const clients = accountClients(elsewhere?.client ?? { region, ...(profile !== undefined && { profile }) });
  const caller = await readAccount(clients);
  if (caller !== account)
    throw new Refusal(
      `--destroy ${name}: it is in the account ${account}, and the credentials belong to ${caller}; log in to ${account}`,
    );
  const variables = { ...process.env, ...elsewhere?.variables };
  const places = placesOf(folder, { ...stackVariables(folder, variables), ...attached(elsewhere) });
  for (const place of places) await unlock(place);
  const own = { app, environment, prefix };
  const pauseMs = elsewhere?.everyMs ?? 15_000;
  await endRehearsal({ folder, own, places, stacks: rehearsalStacks(say), clients, note: say, pauseMs });
}
