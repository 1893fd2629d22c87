import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { TLSSocket } from "node:tls";

// RFC 9110: these headers belong to one connection and are not forwarded.
const hopByHop = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

/** Headers that belong to the message, not to the connection. */
export function endToEnd(headers: Readonly<OutgoingHttpHeaders>): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.includes(name)));
}

/**
 * A client's headers, with X-Forwarded-For, -Proto and -Port as the balancer sets them; values from the client are
 * replaced, except in -For.
 */
export function forwardedHeaders(incoming: IncomingMessage): OutgoingHttpHeaders {
  const client = incoming.socket.remoteAddress ?? "127.0.0.1";
  const before = incoming.headers["x-forwarded-for"];
  const chunked = incoming.headers["transfer-encoding"] !== undefined;
  return {
    ...endToEnd(incoming.headers),
    ...(chunked ? { "transfer-encoding": "chunked" } : {}),
    connection: "keep-alive",
    "x-forwarded-for": before === undefined ? client : `${String(before)}, ${client}`,
    "x-forwarded-proto": (incoming.socket as Partial<TLSSocket>).encrypted === true ? "https" : "http",
    "x-forwarded-port": String(incoming.socket.localPort ?? 80),
  };
}
