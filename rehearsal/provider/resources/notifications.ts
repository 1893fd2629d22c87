import type { FunctionArgs } from "@pulumi/aws/lambda/function.js";
import type { PermissionArgs } from "@pulumi/aws/lambda/permission.js";
import type { TopicArgs } from "@pulumi/aws/sns/topic.js";
import type { TopicPolicyArgs } from "@pulumi/aws/sns/topicPolicy.js";
import type { TopicSubscriptionArgs } from "@pulumi/aws/sns/topicSubscription.js";

import { region } from "../clients.ts";
import type { Handlers } from "../handler.ts";
import { recorded } from "../recorded.ts";

// No account: whatever has these ARNs asks nobody either.
const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:000000000000:${resource}`;

/** What tells people, recorded only: the local cloud runs no function and sends no mail. */
export const notificationHandlers: Handlers = {
  "aws:lambda/function:Function": recorded<FunctionArgs>(["name"], (_, { name = "" }) => ({
    arn: arn("lambda", `function:${name}`),
  })),
  "aws:lambda/permission:Permission": recorded<PermissionArgs>(["function", "principal", "sourceArn"]),
  "aws:sns/topic:Topic": recorded<TopicArgs>(["name"], (_, { name = "" }) => ({ arn: arn("sns", name) })),
  "aws:sns/topicPolicy:TopicPolicy": recorded<TopicPolicyArgs>(["arn"]),
  "aws:sns/topicSubscription:TopicSubscription": recorded<TopicSubscriptionArgs>(["topic", "protocol", "endpoint"]),
};
