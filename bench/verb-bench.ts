import { localClients } from "../rehearsal/journey/command-line.ts";
import type { Surroundings } from "../rehearsal/journey/surroundings.ts";
import { planRollback } from "../scripts/rollback/plan.ts";
import { stackNames } from "../scripts/pulumi/stack-names.ts";
import { readStatus } from "../scripts/status/status.ts";
import type { Clients } from "../scripts/verb/surroundings.ts";

/** The time that `status` and `rollback --dry-run` take, compared with the same AWS calls alone, one by one. */
export async function verbBench(on: Surroundings, say: (line: string) => void): Promise<void> {
  const names = await stackNames("staging", { projectDirectory: on.checkout, environment: on.variables });
  const git = { resolve: () => Promise.resolve(undefined) };
  const verbs: Readonly<Record<string, (clients: Clients) => Promise<unknown>>> = {
    status: (clients) => readStatus(names, clients),
    "rollback --dry-run": (clients) => planRollback(names, clients, { git }),
  };
  for (const [name, verb] of Object.entries(verbs)) {
    const calls: (() => Promise<unknown>)[] = [];
    await verb(recorded(localClients(on.client), calls));
    const ratios: number[] = [];
    for (let pair = 0; pair < 7; pair += 1) {
      const ours = await timed(() => verb(localClients(on.client)));
      const bare = await timed(async () => {
        for (const call of calls) await call().catch(() => undefined);
      });
      say(`  ${name}: ${ours.toFixed(3)} s, its ${calls.length} calls one by one: ${bare.toFixed(3)} s`);
      ratios.push(ours / bare);
    }
    const median = ratios.toSorted((a, b) => a - b)[3] ?? NaN;
    say(`${name} over its bare AWS calls: ${median.toFixed(2)} (goal 1.5)`);
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

async function timed(run: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await run();
  return (performance.now() - begin) / 1000;
}
