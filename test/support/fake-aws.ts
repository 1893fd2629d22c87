import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answers } from "./command-line.ts";

/** AWS's JSON protocol on a loopback port, for a command line in a separate process. */
export interface FakeAws {
  /** The environment variables of that process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Operations that were asked for, in their order. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

/** Answers from a table, by the operation's name; what a function throws is an error of that name. */
export async function startFakeAws(answers: Answers): Promise<FakeAws> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void answerOf(request, answers, asked).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    environment: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_MAX_ATTEMPTS: "1",
    },
    asked,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answerOf(request: IncomingMessage, answers: Answers, asked: string[]) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const operation = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
  asked.push(operation);
  try {
    const answer = answers[operation];
    if (answer === undefined) throw new Error(`this test has no answer to ${operation}`);
    const body: unknown = await answer(JSON.parse(Buffer.concat(chunks).toString() || "{}") as never);
    return { status: 200, body };
  } catch (error) {
    const { name, message } = error as Error;
    return { status: 400, body: { __type: name, message } };
  }
}
