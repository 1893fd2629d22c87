/** Events that somebody hands over while they happen, as an async iterable that ends, or fails, with the work. */
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
  // When nobody listens any more, a failure is nobody's.
  result.catch(() => undefined);
  while (!state.ended || waiting.length > 0) {
    const event = waiting.shift();
    if (event === undefined) await new Promise<void>((resolve) => (state.wake = resolve));
    else yield event;
  }
  return await result;
}

/** Hands each event of an iterable to a listener; returns what it ends with. */
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
