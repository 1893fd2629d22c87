import { request as send } from "node:http";
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

/** A reply in memory, which can be changed before it is sent. */
export interface Reply {
  readonly status: number;
  /** Names and values by turns, as they arrived. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** Passes a request on byte for byte, and sends its reply back. */
export async function forward(upstream: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const outgoing = send(upstreamOptions(upstream, request));
  const answered = reply(outgoing);
  answered.catch(() => undefined);
  await pipeline(request, outgoing);
  const incoming = await answered;
  response.writeHead(incoming.statusCode ?? 502, headersOf(incoming.rawHeaders));
  await pipeline(incoming, response);
}

/** Passes on a request whose body was read already, as another user if asked; returns the reply. */
export async function exchange(
  upstream: string,
  request: IncomingMessage,
  body: Buffer,
  asAccessKeyId?: string,
): Promise<Reply> {
  const options = upstreamOptions(upstream, request);
  if (asAccessKeyId !== undefined) {
    const signed = options.headers["authorization"] ?? "";
    options.headers["authorization"] = signed.replace(/Credential=[^/]+/u, `Credential=${asAccessKeyId}`);
    delete options.headers["x-amz-security-token"];
  }
  const outgoing = send(options);
  const answered = reply(outgoing);
  outgoing.end(body);
  const incoming = await answered;
  return { status: incoming.statusCode ?? 502, rawHeaders: incoming.rawHeaders, body: await readAll(incoming) };
}

/** Sends a reply, with the length of its body as it is now. */
export function answer(response: ServerResponse, { status, rawHeaders, body }: Reply): void {
  const headers = headersOf(rawHeaders, ["content-length", "transfer-encoding"]);
  response.writeHead(status, { ...headers, "content-length": body.length });
  response.end(body);
}

/** The whole body of a message. */
export async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

// Host stays as the client sent it, because the signature covers it.
function upstreamOptions(upstream: string, { method, url, rawHeaders }: IncomingMessage) {
  const { hostname, port } = new URL(upstream);
  const headers = headersOf(rawHeaders, ["expect", "connection"]);
  // Clients reach AWS by TLS, and a policy may require it (aws:SecureTransport); here the loopback counts as TLS.
  if (!url?.startsWith("/v2/")) headers["x-forwarded-proto"] = "https";
  return { hostname, port, method, path: url, headers };
}

function reply(outgoing: ReturnType<typeof send>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
  });
}

function headersOf(rawHeaders: readonly string[], without: readonly string[] = []): OutgoingHttpHeaders {
  const headers: Record<string, string[]> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    if (!without.includes(name)) (headers[name] ??= []).push(rawHeaders[index + 1] ?? "");
  }
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}
