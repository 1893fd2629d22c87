import {
  FilterLogEventsCommand,
  type CloudWatchLogsClient,
  type FilteredLogEvent,
} from "@aws-sdk/client-cloudwatch-logs";
import { isAwsError } from "../../build/verdict/aws-error.ts";
import { Refusal } from "./refusal.ts";

/** One line that a container wrote. */
export interface LogEntry {
  /** CloudWatch's id of the line; it is the same each time the line is read. */
  readonly id: string;
  readonly time: Date;
  /** Task definition family of an ECS service or of a release task. */
  readonly family: string;
  readonly container: string;
  readonly task: string;
  readonly message: string;
}

/** A choice of lines of a log group. */
export interface LogQuery {
  readonly group: string;
  /** Prefix of the streams' names, which are `family/container/task`; empty for all. */
  readonly prefix: string;
  readonly from: Date;
}

/** Lines of all streams, ordered by time, in pages of 1 MB (CloudWatch Logs API reference, FilterLogEvents). */
export async function* readLog(client: CloudWatchLogsClient, query: LogQuery): AsyncGenerator<LogEntry> {
  let nextToken: string | undefined;
  do {
    const page = await client.send(commandOf(query, nextToken)).catch((error: unknown) => {
      if (isAwsError(error, "ResourceNotFoundException")) {
        throw new Refusal(`${query.group}: there is no such log group; run \`pulumi up\``);
      }
      throw error;
    });
    for (const event of page.events ?? []) {
      // Emulators of AWS may ignore the prefix.
      if (event.logStreamName?.startsWith(query.prefix) === true) yield entryOf(event);
    }
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}

const commandOf = ({ group, prefix, from }: LogQuery, nextToken: string | undefined) =>
  new FilterLogEventsCommand({
    logGroupName: group,
    // AWS refuses an empty prefix.
    ...(prefix !== "" && { logStreamNamePrefix: prefix }),
    startTime: from.getTime(),
    nextToken,
  });

function entryOf({ eventId, timestamp = 0, logStreamName = "", message = "" }: FilteredLogEvent): LogEntry {
  const [family = "", container = "", task = ""] = logStreamName.split("/");
  const id = eventId ?? `${logStreamName} ${timestamp} ${message}`;
  return { id, time: new Date(timestamp), family, container, task, message: message.trimEnd() };
}

/** How long a line may take from its container to CloudWatch. A line that takes longer is not reported. */
const lateMilliseconds = 30_000;

/**
 * Reads the log again and again and yields each line once, until it is abandoned or, with `over`, no new line can
 * come.
 */
export async function* followLog(
  client: CloudWatchLogsClient,
  query: LogQuery,
  around: {
    readonly pause: () => Promise<void>;
    readonly abandoned: () => boolean;
    /** Whether no one writes any more; the log then ends when two further reads return nothing new. @default - never */
    readonly over?: () => boolean;
  },
): AsyncGenerator<LogEntry> {
  const told = new Map<string, number>();
  let newest = query.from.getTime();
  let quiet = 0;
  while (!around.abandoned() && quiet < 2) {
    const over = around.over?.() === true;
    const from = Math.max(query.from.getTime(), newest - lateMilliseconds);
    let found = 0;
    for await (const entry of readLog(client, { ...query, from: new Date(from) })) {
      if (around.abandoned()) return;
      if (told.has(entry.id)) continue;
      told.set(entry.id, entry.time.getTime());
      newest = Math.max(newest, entry.time.getTime());
      found++;
      yield entry;
    }
    for (const [id, time] of told) if (time < newest - lateMilliseconds) told.delete(id);
    quiet = over && found === 0 ? quiet + 1 : 0;
    if (quiet < 2 && !around.abandoned()) await around.pause();
  }
}
