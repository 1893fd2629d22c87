import { Agent, request } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { LocalEcs } from "../../local-cloud/index.ts";

/** What a client that never stops asking has seen. */
export interface Traffic {
  readonly requests: number;
  readonly writes: number;
  /** Every answer that was not 2xx and every error, each told once with its count. */
  readonly lost: Readonly<Record<string, number>>;
  readonly lostCount: number;
}

export interface ClientArgs {
  readonly url: string;
  /** Requests a second, sent whether or not earlier ones were answered. */
  readonly perSecond: number;
  /** Every so many requests is a write. */
  readonly writeEvery: number;
}

/** A client in an open loop: it sends at its rate, retries nothing and counts everything. */
export function startClient(args: ClientArgs): { readonly stop: () => Promise<Traffic> } {
  const pool = { keepAlive: true, maxSockets: 64 };
  const agent = args.url.startsWith("https:") ? new SecureAgent(pool) : new Agent(pool);
  const lost: Record<string, number> = {};
  const open = new Set<Promise<void>>();
  let [requests, writes] = [0, 0];
  const send = () => {
    requests += 1;
    const write = requests % args.writeEvery === 0;
    if (write) writes += 1;
    const one = ask(agent, args.url, write ? `note ${requests}` : undefined).then((problem) => {
      if (problem !== undefined) lost[problem] = (lost[problem] ?? 0) + 1;
      open.delete(one);
    });
    open.add(one);
  };
  const timer = setInterval(send, 1000 / args.perSecond);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(open);
      agent.destroy();
      const lostCount = Object.values(lost).reduce((sum, count) => sum + count, 0);
      return { requests, writes, lost, lostCount };
    },
  };
}

/** Sends one request; what was wrong with the answer, or undefined. */
function ask(agent: Agent, url: string, note: string | undefined): Promise<string | undefined> {
  const write = note !== undefined;
  return new Promise((resolve) => {
    const call = (agent instanceof SecureAgent ? secureRequest : request)(
      new URL(write ? "/notes" : "/", url),
      { agent, method: write ? "POST" : "GET", timeout: 30_000, headers: { "content-type": "application/json" } },
      (answer) => {
        answer.resume();
        answer.on("end", () => {
          const status = answer.statusCode ?? 0;
          // A form's answer to a write may be a redirect to the page.
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
    call.end(write ? JSON.stringify({ body: note }) : undefined);
  });
}

/** The text that the application answers with at a path; anything but 200 is an error. */
export async function getText(url: string, path: string): Promise<string> {
  const answer = await fetch(new URL(path, url));
  if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${(await answer.text()).slice(0, 200)}`);
  return answer.text();
}

/** Writes a note into the application's database. */
export async function writeNote(url: string, body: string): Promise<void> {
  const headers = { "content-type": "application/json", accept: "application/json" };
  const answer = await fetch(new URL("/notes", url), { method: "POST", headers, body: JSON.stringify({ body }) });
  if (!answer.ok) throw new Error(`POST /notes: ${answer.status} ${(await answer.text()).slice(0, 200)}`);
}

/** Bodies of the application's notes, newest first. */
export async function listNotes(url: string): Promise<readonly string[]> {
  const notes = JSON.parse(await getText(url, "/notes")) as readonly { readonly body: string }[];
  return notes.map(({ body }) => body);
}

/** Where the one load balancer answers; what it proves itself with by HTTPS is trusted in this process from then on. */
export function trustedUrl({ ecs }: { readonly ecs: Pick<LocalEcs, "loadBalancers"> }): string {
  const [balancer] = ecs.loadBalancers();
  if (balancer === undefined) throw new Error("no load balancer listens");
  const { certificate, url } = balancer;
  const trusted = getCACertificates("default");
  if (certificate !== undefined && !trusted.includes(certificate)) setDefaultCACertificates([...trusted, certificate]);
  return url;
}
