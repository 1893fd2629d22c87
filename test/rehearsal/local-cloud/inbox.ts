import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfirmSubscriptionCommand, CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";

/** A message as SNS posts it to a subscriber. */
interface Posted {
  readonly Type: string;
  readonly TopicArn: string;
  readonly Token?: string;
  readonly Subject?: string;
  readonly Message: string;
}

/** A topic, and a subscriber on this machine that keeps its messages. */
export interface Inbox {
  readonly topicArn: string;
  /** The next message, in the order of arrival. */
  readonly next: () => Promise<Posted>;
  readonly close: () => Promise<void>;
}

/** Creates a topic and subscribes to it. */
export async function startInbox(client: ConstructorParameters<typeof SNSClient>[0]): Promise<Inbox> {
  const sns = new SNSClient(client ?? {});
  const posts: Posted[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      posts.push(JSON.parse(Buffer.concat(chunks).toString()) as Posted);
      server.emit("posted");
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const next = async (): Promise<Posted> => {
    while (posts.length === 0) await once(server, "posted");
    return posts.shift() as Posted;
  };
  const { TopicArn: topicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "inbox" }));
  const Endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: "http", Endpoint }));
  const { Token } = await next();
  await sns.send(new ConfirmSubscriptionCommand({ TopicArn: topicArn, Token }));
  return {
    topicArn,
    next,
    async close() {
      sns.destroy();
      server.close();
      server.closeAllConnections();
      await Promise.resolve();
    },
  };
}
