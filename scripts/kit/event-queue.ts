/** Runs some work and yields the events that it reports; returns the work's result, or throws its error. */
export async function* eventsOf<Event, Result>(
  work: (tell: (event: Event) => void) => Promise<Result>,
): AsyncGenerator<Event, Result> {
  const waiting: Event[] = [];
  const state = { ended: false, wake: (): void => undefined };
  const tell = (event: Event): void => {
    waiting.push(event);
    state.wake();
  };
  const result = work(tell).finally(() => {
    state.ended = true;
    state.wake();
  });
  // If the reader has stopped, no one handles a later failure: it must not end the process.
  result.catch(() => undefined);
  while (!state.ended || waiting.length > 0) {
    const event = waiting.shift();
    if (event === undefined) await new Promise<void>((resolve) => (state.wake = resolve));
    else yield event;
  }
  return await result;
}

/** Calls a listener with each event of an async generator; returns the generator's result. */
export async function told<Event, Result>(
  events: AsyncGenerator<Event, Result>,
  listener: (event: Event) => void,
): Promise<Result> {
  for (;;) {
    const next = await events.next();
    if (next.done === true) return next.value;
    listener(next.value);
  }
}
