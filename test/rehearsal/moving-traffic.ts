import { setTimeout as sleep } from "node:timers/promises";

/** The clients of a domain: they ask again and again, and never a second time for the same. */
export interface Traffic {
  /** What each note that was written says, in order. */
  readonly written: readonly string[];
  /** Requests that were answered, by the load balancer that the name led to. */
  readonly answered: Readonly<Record<string, number>>;
  /** Each request without a good answer, with the load balancer's name. */
  readonly lost: readonly string[];
  readonly stop: () => Promise<void>;
}

/** A load balancer that a name leads to, with the share of the answers that name it. */
export interface Weighted {
  readonly dnsName: string;
  readonly weight: number;
}

/** What the clients' resolver knows. */
export interface Name {
  /** The record now. */
  readonly resolve: () => Promise<readonly Weighted[]>;
  /** A load balancer's name and its address on this machine. */
  readonly addressOf: (dnsName: string) => { readonly name: string; readonly url: string };
}

/** Sends reads and writes of notes; each answer of the name is kept for a second, as its TTL says. */
export function startTraffic(name: Name, perSecond: number): Traffic {
  const written: string[] = [];
  const answered: Record<string, number> = {};
  const lost: string[] = [];
  const open = new Set<Promise<void>>();
  let known: readonly Weighted[] = [];
  const ended = new AbortController();
  const resolving = (async () => {
    while (!ended.signal.aborted) {
      known = await name.resolve();
      await sleep(1000);
    }
  })();
  let sent = 0;
  const send = async () => {
    const { name: at, url } = name.addressOf(pick(known, sent));
    const body = sent % 5 === 0 ? `note ${sent}` : undefined;
    const problem = await ask(url, body);
    if (problem !== undefined) lost.push(`${at}: ${problem}`);
    else {
      answered[at] = (answered[at] ?? 0) + 1;
      if (body !== undefined) written.push(body);
    }
  };
  const timer = setInterval(() => {
    if (known.length === 0) return;
    sent += 1;
    const one = send().finally(() => open.delete(one));
    open.add(one);
  }, 1000 / perSecond);
  return {
    written,
    answered,
    lost,
    stop: async () => {
      ended.abort();
      clearInterval(timer);
      await resolving;
      await Promise.all(open);
    },
  };
}

/** The load balancer of the n-th request: of ten in a row, each gets its share. */
function pick(record: readonly Weighted[], n: number): string {
  const total = record.reduce((sum, { weight }) => sum + weight, 0);
  const place = (((n * 7) % 10) * total) / 10;
  const ends = record.map((_, index) => record.slice(0, index + 1).reduce((sum, { weight }) => sum + weight, 0));
  return record[ends.findIndex((end) => place < end)]?.dnsName ?? "";
}

async function ask(url: string, body: string | undefined): Promise<string | undefined> {
  const init = body === undefined ? {} : { method: "POST", body };
  try {
    const answer = await fetch(`${url}/notes`, init);
    await answer.text();
    return answer.ok ? undefined : `${init.method ?? "GET"} ${answer.status}`;
  } catch (error) {
    return `${init.method ?? "GET"} ${(error as Error).cause instanceof Error ? String((error as Error).cause) : String(error)}`;
  }
}
