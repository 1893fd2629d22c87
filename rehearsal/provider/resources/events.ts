import type { EventRuleArgs } from "@pulumi/aws/cloudwatch/eventRule.js";
import type { EventTargetArgs } from "@pulumi/aws/cloudwatch/eventTarget.js";

import type { Handlers } from "../handler.ts";
import { recorded } from "../recorded.ts";

/** EventBridge resource types: nothing in the local cloud sends or follows an event. */
export const eventHandlers: Handlers = {
  "aws:cloudwatch/eventRule:EventRule": recorded<EventRuleArgs>(["name", "eventBusName"]),
  "aws:cloudwatch/eventTarget:EventTarget": recorded<EventTargetArgs>(["rule", "targetId", "eventBusName"]),
};
