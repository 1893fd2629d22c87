import { verbClients } from "../rehearsal/kit/command-line.ts";
import type { Surroundings } from "../rehearsal/example/surroundings.ts";
import { planRollback } from "../scripts/rollback/plan.ts";
import { stackNames } from "../scripts/pulumi/stack-names.ts";
import { readStatus } from "../scripts/status/status.ts";
import type { Clients } from "../scripts/verb/surroundings.ts";
import { compared, median, type Say, timed } from "./print.ts";

/** The time that `status` and `rollback --dry-run` take, compared with the same AWS calls alone, one by one. */
export async function verbBench(on: Surroundings, say: Say): Promise<void> {
  const names = await stackNames("staging", { projectDirectory: on.checkout, environment: on.variables });
  const git = { resolve: () => Promise.resolve(undefined) };
  const verbs: Readonly<Record<string, (clients: Clients) => Promise<unknown>>> = {
    status: (clients) => readStatus(names, clients),
    "rollback --dry-run": (clients) => planRollback(names, clients, { git }),
  };
  for (const [name, verb] of Object.entries(verbs)) {
    const calls: (() => Promise<unknown>)[] = [];
    await verb(recorded(verbClients(on.client), calls));
    const [ours, bare]: [number[], number[]] = [[], []];
    for (let pair = 0; pair < 7; pair += 1) {
      ours.push(await timed(() => verb(verbClients(on.client))));
      bare.push(
        await timed(async () => {
          for (const call of calls) await call().catch(() => undefined);
        }),
      );
    }
    say(compared(`${name} over its ${calls.length} bare AWS calls, one by one`, median(ours), median(bare), 1.5));
  }
}

interface Sender {
  send: (command: object) => Promise<unknown>;
}

/** Clients that record their calls, so that another client of the same kind can repeat them. */
function recorded(clients: Clients, calls: (() => Promise<unknown>)[]): Clients {
  for (const client of Object.values(clients) as Sender[]) {
    const send = client.send.bind(client);
    client.send = (command) => {
      const { constructor, input } = command as { readonly constructor: unknown; readonly input: unknown };
      const Again = constructor as new (input: unknown) => object;
      calls.push(() => send(new Again(input)));
      return send(command);
    };
  }
  return clients;
}
