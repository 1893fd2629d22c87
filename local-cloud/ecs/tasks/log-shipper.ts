import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { InputLogEvent } from "@aws-sdk/client-cloudwatch-logs";

/** Follows one container's output and delivers it in batches, in order. */
export interface LogShipper {
  /** Resolves when the container has ended and its whole output is delivered. */
  readonly finished: Promise<void>;
  /** Stops at once; the rest of the output is lost. */
  readonly abandon: () => void;
}

const batchMilliseconds = 300;
const batchEvents = 1000;

/** Follows a container from its first line, or from a time in epoch seconds; `put` is called with one batch at a time. */
export function shipLogs(
  dockerId: string,
  put: (events: readonly InputLogEvent[]) => Promise<void>,
  since = 0,
): LogShipper {
  // A separate process group: Ctrl-C at the terminal must not cut off the end of a container's log.
  const child = spawn("docker", ["logs", "--follow", "--since", String(since), dockerId], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const waiting: InputLogEvent[] = [];
  let last = Promise.resolve();
  const flush = (): void => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchEvents);
      last = last.then(() => put(batch));
    }
  };
  const timer = setInterval(flush, batchMilliseconds);
  const ended = [child.stdout, child.stderr].map(
    (stream) =>
      new Promise((resolve) => {
        createInterface({ input: stream })
          .on("line", (message) => {
            // CloudWatch Logs refuses an empty event.
            if (message !== "") waiting.push({ timestamp: Date.now(), message });
          })
          .on("close", resolve);
      }),
  );
  child.on("error", () => undefined);
  const finished = Promise.all(ended).then(async () => {
    clearInterval(timer);
    flush();
    await last;
  });
  return { finished, abandon: () => child.kill("SIGKILL") };
}
