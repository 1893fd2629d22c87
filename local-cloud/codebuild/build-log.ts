import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  ResourceNotFoundException,
  type CloudWatchLogsClient,
} from "@aws-sdk/client-cloudwatch-logs";
import { masked } from "./environment.ts";

/** Where in CloudWatch Logs a build's log goes. */
export interface LogStream {
  readonly groupName: string;
  readonly streamName: string;
}

/** The log of one build: a file, the caller's listener and, once connected, CloudWatch Logs. */
export interface BuildLog {
  readonly line: (text: string) => void;
  /** Values that the log shows as `***` from now on. */
  hide(secrets: readonly string[]): void;
  /** Creates the stream and writes the lines so far; throws when a call is refused. */
  connect(client: CloudWatchLogsClient, stream: LogStream): Promise<void>;
  /** Waits until all lines are written; throws when writing fails. */
  flush(): Promise<void>;
  /** The last lines. */
  tail(): readonly string[];
}

/** A log in a file; `onLine` is called with every line as the log shows it. */
export function openBuildLog(file: string, onLine: (line: string) => void): BuildLog {
  mkdirSync(dirname(file), { recursive: true });
  const tail: string[] = [];
  let secrets: readonly string[] = [];
  let pending: { readonly timestamp: number; readonly message: string }[] = [];
  let target: { readonly client: CloudWatchLogsClient; readonly stream: LogStream } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  const write = () => {
    timer = undefined;
    writing = writing.then(async () => {
      while (target !== undefined && pending.length > 0) {
        const logEvents = pending.slice(0, batch);
        pending = pending.slice(batch);
        const { groupName: logGroupName, streamName: logStreamName } = target.stream;
        await target.client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }));
      }
    });
    // flush() throws it
    writing.catch(() => undefined);
    return writing;
  };

  return {
    line(text) {
      const shown = masked(text, secrets);
      appendFileSync(file, `${shown}\n`);
      onLine(shown);
      tail.push(shown);
      if (tail.length > tailLength) tail.shift();
      // CloudWatch Logs accepts no empty message, and 1 MB in one request
      pending.push({ timestamp: Date.now(), message: shown === "" ? " " : shown.slice(0, 8000) });
      timer ??= setTimeout(() => {
        void write().catch(() => undefined);
      }, 500);
    },
    hide(more) {
      secrets = [...secrets, ...more];
    },
    async connect(client, stream) {
      await createStream(client, stream);
      target = { client, stream };
      await write().catch((error: unknown) => {
        target = undefined;
        writing = Promise.resolve();
        throw error;
      });
    },
    async flush() {
      clearTimeout(timer);
      await write();
    },
    tail: () => [...tail],
  };
}

/** Lines in one request. */
const batch = 100;
const tailLength = 50;

/** When a project's log group is missing, CodeBuild creates it, if the role may. */
async function createStream(client: CloudWatchLogsClient, stream: LogStream): Promise<void> {
  const input = { logGroupName: stream.groupName, logStreamName: stream.streamName };
  try {
    await client.send(new CreateLogStreamCommand(input));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await client.send(new CreateLogGroupCommand({ logGroupName: stream.groupName }));
    await client.send(new CreateLogStreamCommand(input));
  }
}
