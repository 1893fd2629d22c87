import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";
import { request as secureRequest } from "node:https";

/** An answer as a client sees it, without following redirects or keeping cookies. */
export interface Asked {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly location: string | undefined;
  /** Values of Set-Cookie. */
  readonly cookies: readonly string[];
  readonly text: string;
}

/** Options of a request. */
export interface AskOptions {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string;
  /** The authority, as PEM, and the name that the server's certificate is checked for. @default - any certificate is accepted */
  readonly ca?: string;
  readonly servername?: string;
}

/** Sends one request over a new connection, so that Host and the certificate's name may differ from the address. */
export function ask(url: string, { method = "GET", headers, body, ca, servername }: AskOptions = {}): Promise<Asked> {
  const options = { method, headers: { ...headers }, agent: false };
  const tls = ca === undefined ? { rejectUnauthorized: false } : { ca, servername };
  return new Promise((resolve, reject) => {
    const call = url.startsWith("https:") ? secureRequest(url, { ...options, ...tls }) : request(url, options);
    call.on("error", reject);
    call.on("response", (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      answer.on("error", reject);
      answer.on("end", () => {
        const { statusCode: status = 0, headers: told } = answer;
        resolve({ status, headers: told, location: told.location, cookies: told["set-cookie"] ?? [], text });
      });
    });
    call.end(body);
  });
}
