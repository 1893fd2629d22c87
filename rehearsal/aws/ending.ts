/** A walk that always ends with the deletion of what it has created. */
export interface EndedWalk {
  readonly walk: () => Promise<void>;
  /** Ends the walk in an orderly way, and waits for it. */
  readonly abort: () => Promise<void>;
  /** Deletes everything, and lists what is left. */
  readonly end: () => Promise<void>;
  /** Ends the deletion in an orderly way, and waits for it. */
  readonly abortEnd: () => Promise<void>;
  /** Calls a listener at each signal to end; returns what removes the listener. */
  readonly onSignal: (listener: () => void) => () => void;
  readonly say: (line: string) => void;
  /** What is left if the deletion ends now, and the command that goes on with it. */
  readonly left: () => string;
  /** Whether it waits for a signal after the walk. */
  readonly keep: boolean;
}

/** How a walk ended; "left" if not everything is deleted. */
export type Outcome = "done" | "interrupted" | "left" | { readonly failed: unknown };

/**
 * Walks, and then deletes everything. The first Ctrl-C ends the step and goes on with the deletion; the second one ends
 * the deletion and says which command goes on with it. Nothing is deleted in another way.
 */
export async function walkAndEnd(args: EndedWalk): Promise<Outcome> {
  const { walk, abort, end, abortEnd, onSignal, say, left, keep } = args;
  const first = waiter();
  const second = waiter();
  const remove = onSignal(() => {
    if (first.fire())
      say("interrupted: it ends this step, and then deletes everything; Ctrl-C again stops the deletion");
    else if (second.fire()) say(`interrupted again: it finishes what has begun; ${left()}`);
  });
  try {
    const walked = walk().then(
      async () => {
        if (keep) await first.fired;
        return "done" as const;
      },
      (error: unknown) => ({ failed: error }),
    );
    const outcome = await Promise.race([walked, first.fired.then(() => "interrupted" as const)]);
    if (outcome === "interrupted") await abort();
    const ended = end().then(
      () => outcome,
      (error: unknown) => {
        if (!second.hasFired()) say(`${error instanceof Error ? error.message : String(error)}\n${left()}`);
        return "left" as const;
      },
    );
    const stopped = second.fired.then(abortEnd).then(() => "left" as const);
    return await Promise.race([ended, stopped]);
  } finally {
    remove();
  }
}

function waiter() {
  let done = false;
  let resolve: () => void = () => undefined;
  const fired = new Promise<void>((settle) => {
    resolve = settle;
  });
  return {
    fired,
    hasFired: () => done,
    /** Whether this was the first call. */
    fire: () => {
      const now = !done;
      done = true;
      resolve();
      return now;
    },
  };
}

/** Ctrl-C, a lost terminal and an order to end; the fourth signal ends the process at once. */
export function processSignals(listener: () => void): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let count = 0;
  const received = () => {
    count += 1;
    if (count > 3) process.exit(130);
    listener();
  };
  for (const signal of signals) process.on(signal, received);
  return () => {
    for (const signal of signals) process.off(signal, received);
  };
}
