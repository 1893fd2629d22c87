import { Agent, createServer, request } from "node:http";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { endToEnd, forwardedHeaders } from "./forwarded-headers.ts";

/** The parts of a request that rules, redirects and sticky sessions use. */
export interface BalancedRequest {
  /** Without a port. */
  readonly host: string;
  /** Without a query. */
  readonly path: string;
  /** Without its question mark. */
  readonly query: string;
  /** The header Cookie. */
  readonly cookie: string;
}

/** A request's target: a port of this machine, in use until `done` is called. */
export interface Lease {
  readonly port: number;
  readonly done: () => void;
  /** Values of Set-Cookie that are added to the target's. @default - none */
  readonly cookies?: readonly string[];
}

/** A redirect, which the balancer answers itself. */
export interface Redirect {
  readonly status: number;
  readonly location: string;
}

/** A key and its certificate, as PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Settings of a listener. */
export interface ListenerOptions {
  /** Certificate for HTTPS. @default - plain HTTP */
  readonly certificate?: Certificate | undefined;
  /**
   * Seconds a target may take to answer, and a client's connection may idle; the balancer's `idle_timeout`. @default 60
   */
  readonly idleTimeoutSeconds?: number;
  /** The target for a request, or a redirect; `undefined` when the target group has no target. */
  readonly pick: (request: BalancedRequest) => Lease | Redirect | undefined;
}

/** A listening port of the balancer. */
export interface Listener {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Seconds for which an unused connection to a target is kept: less than an application's keep-alive. */
const keepAliveSeconds = 1;

/** Opens a port of 127.0.0.1 that forwards HTTP requests like an Application Load Balancer: one attempt, no retries. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const agent = new Agent({ keepAlive: true, timeout: keepAliveSeconds * 1000, scheduling: "fifo" });
  const idle = (options.idleTimeoutSeconds ?? 60) * 1000;
  const answer: RequestListener = (incoming, reply) => {
    const target = options.pick(balancedRequest(incoming));
    if (target === undefined) refuse(reply, 503);
    else if ("location" in target) redirect(reply, target);
    else pass(incoming, reply, target, agent, idle);
  };
  const settings = { keepAliveTimeout: idle, requestTimeout: 0 };
  const { certificate } = options;
  const server = certificate
    ? createSecureServer({ ...settings, ...certificate }, answer)
    : createServer(settings, answer);
  const port = await listen(server);
  return {
    url: `${certificate ? "https" : "http"}://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

function balancedRequest({ url = "/", headers }: IncomingMessage): BalancedRequest {
  const [path = "/", ...query] = url.split("?");
  return {
    host: (headers.host ?? "").replace(/:\d+$/, ""),
    path,
    query: query.join("?"),
    cookie: headers.cookie ?? "",
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function pass(incoming: IncomingMessage, reply: ServerResponse, lease: Lease, agent: Agent, idle: number): void {
  let finished = false;
  const finish = (): void => {
    if (finished) return;
    finished = true;
    clearTimeout(timer);
    lease.done();
  };
  const upstream = request({
    host: "127.0.0.1",
    port: lease.port,
    agent,
    method: incoming.method,
    path: incoming.url,
    headers: forwardedHeaders(incoming),
    setDefaultHeaders: false,
  });
  const timer = setTimeout(() => {
    refuse(reply, 504);
    upstream.destroy();
  }, idle);
  upstream.on("response", (answer) => {
    clearTimeout(timer);
    const cookies = [...(answer.headers["set-cookie"] ?? []), ...(lease.cookies ?? [])];
    const headers = { ...endToEnd(answer.headers), ...(cookies.length > 0 && { "set-cookie": cookies }) };
    reply.writeHead(answer.statusCode ?? 502, answer.statusMessage, headers);
    answer.pipe(reply);
    answer.on("error", () => reply.destroy());
  });
  upstream.on("error", () => {
    refuse(reply, 502);
  });
  upstream.on("close", finish);
  reply.on("close", () => {
    if (!reply.writableFinished) upstream.destroy();
  });
  incoming.pipe(upstream);
}

function redirect(reply: ServerResponse, { status, location }: Redirect): void {
  const title = { 301: "301 Moved Permanently", 302: "302 Found" }[status] ?? String(status);
  reply.writeHead(status, { "content-type": "text/html", server: "awselb/2.0", location });
  reply.end(page(title));
}

/** Answers instead of the target; if the target's answer has begun, closes the connection. */
function refuse(reply: ServerResponse, status: 502 | 503 | 504): void {
  const title = { 502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable", 504: "504 Gateway Time-out" }[
    status
  ];
  if (reply.headersSent) {
    reply.destroy();
    return;
  }
  reply.writeHead(status, { "content-type": "text/html", server: "awselb/2.0" });
  reply.end(page(title));
}

const page = (title: string): string =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`;
