import { CreateTopicCommand, DeleteTopicCommand } from "@aws-sdk/client-sns";
import type { FunctionArgs } from "@pulumi/aws/lambda/function.js";
import type { PermissionArgs } from "@pulumi/aws/lambda/permission.js";
import type { TopicArgs } from "@pulumi/aws/sns/topic.js";
import type { TopicPolicyArgs } from "@pulumi/aws/sns/topicPolicy.js";
import type { TopicSubscriptionArgs } from "@pulumi/aws/sns/topicSubscription.js";

import { region, sns } from "../kit/clients.ts";
import { handler, type Handlers, required } from "../kit/handler.ts";
import { recorded } from "../kit/recorded.ts";

// No account, because no call is made with these ARNs.
const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:000000000000:${resource}`;

const topic = handler<TopicArgs>({
  autoname: "name",
  replaceOn: ["name"],
  create: async ({ name }) => {
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: required(name, "name") }));
    const id = required(TopicArn, "TopicArn");
    return { id, outputs: { arn: id } };
  },
  update: () => Promise.resolve({}),
  delete: async (id) => {
    await sns.send(new DeleteTopicCommand({ TopicArn: id }));
  },
});

/**
 * Notifications: a topic for approvals. All else is recorded only, because the local cloud runs no function and sends
 * no mail.
 */
export const notificationHandlers: Handlers = {
  "aws:lambda/function:Function": recorded<FunctionArgs>(["name"], (_, { name = "" }) => ({
    arn: arn("lambda", `function:${name}`),
  })),
  "aws:lambda/permission:Permission": recorded<PermissionArgs>(["function", "principal", "sourceArn"]),
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": recorded<TopicPolicyArgs>(["arn"]),
  "aws:sns/topicSubscription:TopicSubscription": recorded<TopicSubscriptionArgs>(["topic", "protocol", "endpoint"]),
};
