import { Agent, request } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";

/** The results of a client that sends requests all the time. */
export interface Traffic {
  readonly requests: number;
  readonly writes: number;
  /** Every answer that was not 2xx and every error, with its count. */
  readonly lost: Readonly<Record<string, number>>;
  readonly lostCount: number;
  /** Requests that were answered while the client sent, for each second. */
  readonly answeredPerSecond: number;
  /** The slowest answer, in milliseconds. */
  readonly slowestMs: number;
}

export interface ClientArgs {
  readonly url: string;
  /** Requests per second, sent whether or not earlier ones were answered. */
  readonly perSecond: number;
  /** Path of the requests. @default / */
  readonly path?: string;
  /** One of so many requests is a write. @default - none is */
  readonly writeEvery?: number;
  /** Path of the writes, whose body is JSON. @default /notes */
  readonly writePath?: string;
  /**
   * Whether it sends later what a busy machine kept it from sending in time, at twice its rate.
   * @default - it sends less
   */
  readonly makesUp?: boolean;
}

/** A client in an open loop: it sends at its rate, never retries and counts everything. */
export function startClient(args: ClientArgs): { readonly stop: () => Promise<Traffic> } {
  const pool = { keepAlive: true, maxSockets: 64 };
  const agent = args.url.startsWith("https:") ? new SecureAgent(pool) : new Agent(pool);
  const lost: Record<string, number> = {};
  const open = new Set<Promise<void>>();
  const { path = "/", writeEvery = Infinity, writePath = "/notes" } = args;
  let [requests, writes, answered, slowestMs] = [0, 0, 0, 0];
  let answeredPerSecond: number | undefined;
  const send = () => {
    requests += 1;
    const write = requests % writeEvery === 0;
    if (write) writes += 1;
    const sent = performance.now();
    const url = new URL(write ? writePath : path, args.url);
    const one = ask(agent, url, write ? JSON.stringify({ body: `note ${requests}` }) : undefined).then((problem) => {
      if (problem === undefined) answered += 1;
      else lost[problem] = (lost[problem] ?? 0) + 1;
      slowestMs = Math.max(slowestMs, performance.now() - sent);
      open.delete(one);
    });
    open.add(one);
  };
  const begin = performance.now();
  const step = 1000 / args.perSecond;
  let [last, due] = [begin, begin + step];
  const tick = () => {
    const now = performance.now();
    if (args.makesUp !== true) due = Math.max(due, now - 100);
    for (let most = (2 * Math.min(now - last, 100)) / step; due <= now && most > 0; due += step, most -= 1) send();
    last = now;
  };
  const timer = setInterval(tick, Math.max(step, 5));
  return {
    stop: async () => {
      clearInterval(timer);
      // What is answered later does not belong to these seconds.
      answeredPerSecond ??= answered / ((performance.now() - begin) / 1000);
      await Promise.all(open);
      agent.destroy();
      const lostCount = Object.values(lost).reduce((sum, count) => sum + count, 0);
      return { requests, writes, lost, lostCount, answeredPerSecond, slowestMs };
    },
  };
}

/** Sends one request; returns what was wrong with the answer, or undefined. */
function ask(agent: Agent, url: URL, body: string | undefined): Promise<string | undefined> {
  const write = body !== undefined;
  return new Promise((resolve) => {
    const call = (agent instanceof SecureAgent ? secureRequest : request)(
      url,
      { agent, method: write ? "POST" : "GET", timeout: 30_000, headers: { "content-type": "application/json" } },
      (answer) => {
        answer.resume();
        answer.on("end", () => {
          const status = answer.statusCode ?? 0;
          // The answer to a form may be a redirect to the page.
          resolve(status >= 200 && status < (write ? 400 : 300) ? undefined : `${write ? "POST" : "GET"} ${status}`);
        });
        answer.on("error", (error) => {
          resolve(error.message);
        });
      },
    );
    call.on("timeout", () => call.destroy(new Error("no answer within 30 s")));
    call.on("error", (error) => {
      resolve(error.message);
    });
    call.end(body);
  });
}

/** The application's text at a path; throws for any status other than 200. */
export async function getText(url: string, path: string): Promise<string> {
  const answer = await fetch(new URL(path, url));
  if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${(await answer.text()).slice(0, 200)}`);
  return answer.text();
}
