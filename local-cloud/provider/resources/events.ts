import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import type { EventRuleArgs } from "@pulumi/aws/cloudwatch/eventRule.js";
import type { EventTargetArgs } from "@pulumi/aws/cloudwatch/eventTarget.js";

import { events } from "../kit/clients.ts";
import { handler, type Handlers, required, unless } from "../kit/handler.ts";

const rule = handler<EventRuleArgs>({
  autoname: "name",
  replaceOn: ["name", "eventBusName"],
  json: ["eventPattern"],
  create: async ({ name: given, eventPattern, description }) => {
    const name = required(given, "name");
    const made = await events.send(
      new PutRuleCommand({ Name: name, EventPattern: eventPattern, Description: description }),
    );
    return { id: name, outputs: { arn: made.RuleArn } };
  },
  update: async (id, { eventPattern, description }) => {
    await events.send(new PutRuleCommand({ Name: id, EventPattern: eventPattern, Description: description }));
    return {};
  },
  delete: async (id) => {
    await unless(["ResourceNotFoundException"], events.send(new DeleteRuleCommand({ Name: id })));
  },
});

const target = handler<EventTargetArgs>({
  replaceOn: ["rule", "targetId", "eventBusName"],
  create: async (inputs) => {
    await put(inputs);
    return { id: `${inputs.rule}-${required(inputs.targetId, "targetId")}`, outputs: {} };
  },
  update: async (_id, inputs) => {
    await put(inputs);
    return {};
  },
  delete: async (_id, { rule: Rule, targetId }) => {
    const remove = new RemoveTargetsCommand({ Rule, Ids: [required(targetId, "targetId")] });
    await unless(["ResourceNotFoundException"], events.send(remove));
  },
});

/** EventBridge resource types, served by real calls. */
export const eventHandlers: Handlers = {
  "aws:cloudwatch/eventRule:EventRule": rule,
  "aws:cloudwatch/eventTarget:EventTarget": target,
};

async function put(inputs: { rule: string; targetId?: string; arn: string; roleArn?: string }): Promise<void> {
  const Id = required(inputs.targetId, "targetId");
  await events.send(
    new PutTargetsCommand({ Rule: inputs.rule, Targets: [{ Id, Arn: inputs.arn, RoleArn: inputs.roleArn }] }),
  );
}
