import { chosenService, containersIn, readRevisions } from "../look/containers.ts";
import { followLog, readLog, type LogEntry } from "../kit/log-entry.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import { aborted, type Clients } from "../verb/surroundings.ts";
import { common, durationOf, verb } from "../verb/verb.ts";

/** Prints what the containers wrote. */
export const logsVerb = verb({
  help: "print what the containers wrote, release tasks included",
  options: {
    stack: common.stack,
    since: { type: "string", value: "DURATION", help: "how far back: 30s, 10m, 2h or 7d (default: 10m)" },
    service: { type: "string", value: "NAME", help: "only this ECS service, by its name or as in x-ecs" },
    follow: { type: "boolean", help: "continue until Ctrl-C" },
    json: common.json,
  },
  positionals: { usage: "[CONTAINER]", most: 1 },
  run: async ({ stack, since = "10m", service, follow, json }, around, { words: [container] }) => {
    const seconds = durationOf("since", since);
    if (stack === undefined) throw new UsageError("logs: give --stack");
    const signal = around.interruption();
    const names = await around.locate(stack);
    const clients = around.clients(names.region);
    const from = new Date(around.now().getTime() - seconds * 1000);
    const abandoned = () => signal.aborted;
    const pause = () => Promise.race([around.pause(), aborted(signal)]);
    const watch = follow === true ? { pause, abandoned } : undefined;
    for await (const entry of readLogs(names, clients, { service, container, from, watch })) {
      if (abandoned()) break;
      around.say(json === true ? JSON.stringify(withoutId(entry)) : lineOfEntry(entry));
    }
    return abandoned() ? 130 : 0;
  },
});

/** Which lines are read. */
export interface LogChoice {
  /** Name of an ECS service, or its name in `x-ecs`. @default - all, and the release tasks */
  readonly service?: string | undefined;
  /** @default - all */
  readonly container?: string | undefined;
  readonly from: Date;
  /** How it continues with lines that are written later. @default - it ends with those that exist */
  readonly watch?: Parameters<typeof followLog>[2] | undefined;
}

/** What the containers wrote, ordered by time; refuses a service or a container that does not exist. */
export async function* readLogs(
  names: StackNames,
  clients: Clients,
  { service, container, from, watch }: LogChoice,
): AsyncGenerator<LogEntry> {
  const prefix = await prefixOf(names, clients, { service, container });
  const query = { group: names.logGroup, prefix, from };
  yield* watch === undefined ? readLog(clients.logs, query) : followLog(clients.logs, query, watch);
}

/** A Compose file has each container only once, so one prefix selects its streams. */
async function prefixOf(
  names: StackNames,
  clients: Clients,
  { service, container }: { readonly service: string | undefined; readonly container: string | undefined },
): Promise<string> {
  const family = service === undefined ? undefined : chosenService("logs", names, service);
  if (container === undefined) return family === undefined ? "" : `${family}/`;
  const all = containersIn(await readRevisions(names, clients));
  const there = all.filter((one) => family === undefined || one.family === family);
  const found = there.find((one) => one.container === container);
  if (found !== undefined) return `${found.family}/${container}/`;
  const choice = there.map((one) => one.container).join(", ");
  throw new Refusal(`${family ?? names.stack}: there is no container ${container}; choose from ${choice}`);
}

/** A printed line: time, container, the first digits of its task's id, and the text. */
const lineOfEntry = ({ time, container, task, message }: LogEntry): string =>
  `${time.toISOString()} ${container}/${task.slice(0, 8)} ${message}`;

const withoutId = ({ time, family, container, task, message }: LogEntry) => ({
  time,
  family,
  container,
  task,
  message,
});
