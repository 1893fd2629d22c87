import { Agent, createServer, request } from "node:http";
import type { IncomingMessage, OutgoingHttpHeaders, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Where a request goes: a port of this machine, held until `done` is called. */
export interface Lease {
  readonly port: number;
  readonly done: () => void;
}

/** What a listener of the balancer is. */
export interface ListenerOptions {
  /** @default - any free port */
  readonly port?: number;
  /** Seconds a target may take to answer, and a client's connection may idle; the balancer's `idle_timeout`. @default 60 */
  readonly idleTimeoutSeconds?: number;
  /** The next target for a request to this host and path; `undefined` when the target group has none. */
  readonly pick: (request: { readonly host: string; readonly path: string }) => Lease | undefined;
}

/** A listening port of the balancer. */
export interface Listener {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Seconds an unused connection to a target is kept: shorter than any application's own keep-alive. */
const keepAliveSeconds = 1;

// RFC 9110: these belong to one connection and are not passed on.
const hopByHop = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

/** Opens one port of 127.0.0.1 that passes HTTP requests on as an Application Load Balancer does: one attempt, no retries. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const agent = new Agent({ keepAlive: true, timeout: keepAliveSeconds * 1000, scheduling: "fifo" });
  const idle = (options.idleTimeoutSeconds ?? 60) * 1000;
  const server = createServer({ keepAliveTimeout: idle, requestTimeout: 0 }, (incoming, reply) => {
    const [path = "/"] = (incoming.url ?? "/").split("?");
    const lease = options.pick({ host: (incoming.headers.host ?? "").replace(/:\d+$/, ""), path });
    if (lease === undefined) refuse(reply, 503);
    else pass(incoming, reply, lease, agent, idle);
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      reject(taken ? new Error(`load balancer: port ${port} is taken; free it or choose another`) : error);
    });
    server.listen(port, "127.0.0.1", () => {
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
    reply.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.headers));
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

/** Answers for the target, unless the target's answer has begun: then the connection is cut. */
function refuse(reply: ServerResponse, status: 502 | 503 | 504): void {
  const title = { 502: "502 Bad Gateway", 503: "503 Service Temporarily Unavailable", 504: "504 Gateway Time-out" }[
    status
  ];
  if (reply.headersSent) {
    reply.destroy();
    return;
  }
  reply.writeHead(status, { "content-type": "text/html", server: "awselb/2.0" });
  reply.end(
    `<html>\r\n<head><title>${title}</title></head>\r\n<body><center><h1>${title}</h1></center></body>\r\n</html>\r\n`,
  );
}

/** Headers that belong to the message, not to the connection. */
function endToEnd(headers: Readonly<OutgoingHttpHeaders>): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)));
}

/** A client's headers with X-Forwarded-For, -Proto and -Port as the balancer sets them. */
function forwardedHeaders(incoming: IncomingMessage): OutgoingHttpHeaders {
  const client = incoming.socket.remoteAddress ?? "127.0.0.1";
  const before = incoming.headers["x-forwarded-for"];
  const chunked = incoming.headers["transfer-encoding"] !== undefined;
  return {
    ...endToEnd(incoming.headers),
    ...(chunked ? { "transfer-encoding": "chunked" } : {}),
    connection: "keep-alive",
    "x-forwarded-for": before === undefined ? client : `${String(before)}, ${client}`,
    "x-forwarded-proto": "http",
    "x-forwarded-port": String(incoming.socket.localPort ?? 80),
  };
}
