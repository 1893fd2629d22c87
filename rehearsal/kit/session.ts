import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Place } from "./place.ts";
import type { Timeline } from "./timeline.ts";

/** A signal has ended a rehearsal. */
export class Interrupted extends Error {}

/** A rehearsal from its start to its end. */
export interface Session<Here extends Pick<Place, "close" | "directory">> {
  readonly told: Timeline;
  readonly start: () => Promise<Here>;
  readonly walk: (place: Here) => Promise<void>;
  /** Called after a step that failed, while everything still runs. @default - not called */
  readonly failed?: (place: Here) => Promise<void>;
  /** Prints what a person can look at before Ctrl-C ends it. @default - it ends with the last step */
  readonly keep?: ((place: Here) => void) | undefined;
}

/** Runs a rehearsal and removes everything that it has started, at its end and after Ctrl-C. */
export async function runSession<Here extends Pick<Place, "close" | "directory">>(
  session: Session<Here>,
): Promise<void> {
  const { told, start, walk, keep, failed } = session;
  const interrupted = interruption();
  let place: Here | undefined;
  let walked: Promise<void> | undefined;
  try {
    const started = start();
    // An interruption waits until the start has finished, so that everything can be stopped.
    place = await Promise.race([
      started,
      interrupted.catch(async (error: unknown) => {
        place = await started.catch(() => undefined);
        throw error;
      }),
    ]);
    walked = walk(place);
    await Promise.race([walked, interrupted]).catch(async (error: unknown) => {
      if (place !== undefined && !(error instanceof Interrupted)) await failed?.(place).catch(() => undefined);
      throw error;
    });
    if (keep !== undefined) {
      keep(place);
      await interrupted.catch(() => undefined);
    }
  } finally {
    await told.step("everything stopped and removed", async () => {
      await place?.close();
      // An interrupted step, such as a commit, may still write into the folder; without the cloud it soon ends.
      await Promise.race([walked?.catch(() => undefined), sleep(5000, undefined, { ref: false })]);
      if (place !== undefined) rmSync(place.directory, { recursive: true, force: true });
    });
  }
}

/** Rejects at the first signal to end. */
function interruption(): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.once(signal, () => {
        reject(new Interrupted(`ended by ${signal}`));
      });
    }
  });
  interrupted.catch(() => undefined);
  return interrupted;
}
