import { CreateConnectionCommand, DeleteConnectionCommand } from "@aws-sdk/client-codestar-connections";
import type { ConnectionArgs } from "@pulumi/aws/codeconnections/connection.js";

import { connections } from "../kit/clients.ts";
import { handler, type Handlers, required } from "../kit/handler.ts";

const connection = handler<ConnectionArgs>({
  autoname: "name",
  replaceOn: ["hostArn", "name", "providerType"],
  create: async ({ name, providerType }) => {
    const made = await connections.send(
      new CreateConnectionCommand({ ConnectionName: name, ProviderType: providerType as never }),
    );
    const arn = required(made.ConnectionArn, "connection ARN");
    return { id: arn, outputs: { arn, connectionStatus: "PENDING" } };
  },
  update: () => Promise.resolve({}),
  delete: async (id) => {
    await connections.send(new DeleteConnectionCommand({ ConnectionArn: id }));
  },
});

/** CodeConnections resource types, served by real calls. */
export const connectionHandlers: Handlers = { "aws:codeconnections/connection:Connection": connection };
