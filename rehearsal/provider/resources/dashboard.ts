import type { DashboardArgs } from "@pulumi/aws/cloudwatch/dashboard.js";
import type { QueryDefinitionArgs } from "@pulumi/aws/cloudwatch/queryDefinition.js";

import type { Handlers } from "../handler.ts";
import { recorded } from "../recorded.ts";

/** What people look at in CloudWatch: recorded only, the local cloud draws nothing. */
export const dashboardHandlers: Handlers = {
  "aws:cloudwatch/dashboard:Dashboard": recorded<DashboardArgs>(["dashboardName"]),
  "aws:cloudwatch/queryDefinition:QueryDefinition": recorded<QueryDefinitionArgs>([]),
};
