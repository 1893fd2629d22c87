import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { LogGroupArgs } from "@pulumi/aws/cloudwatch/logGroup.js";

import { logs, sts, region } from "../kit/clients.ts";
import { handler, type Handlers, required, unless } from "../kit/handler.ts";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";

const logGroup = handler<LogGroupArgs>({
  autoname: "name",
  replaceOn: ["name"],
  create: async ({ name: given, retentionInDays, tags }) => {
    const name = required(given, "name");
    await logs.send(new CreateLogGroupCommand({ logGroupName: name, tags }));
    await retain(name, retentionInDays);
    const { Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
    return { id: name, outputs: { arn: `arn:aws:logs:${region}:${Account}:log-group:${name}` } };
  },
  update: async (id, { retentionInDays }) => {
    await retain(id, retentionInDays);
    return {};
  },
  delete: async (id, { skipDestroy }) => {
    if (skipDestroy === true) return;
    await unless(["ResourceNotFoundException"], logs.send(new DeleteLogGroupCommand({ logGroupName: id })));
  },
});

/** CloudWatch Logs resource types, served by real calls. */
export const logsHandlers: Handlers = { "aws:cloudwatch/logGroup:LogGroup": logGroup };

async function retain(logGroupName: string, retentionInDays: number | undefined): Promise<void> {
  if (retentionInDays === undefined || retentionInDays === 0) return;
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
}
