import type { Handlers } from "./kit/handler.ts";
import { codebuildHandlers } from "./resources/codebuild.ts";
import { codepipelineHandlers } from "./resources/codepipeline.ts";
import { connectionHandlers } from "./resources/connections.ts";
import { dashboardHandlers, discoveryHandlers, surroundingsHandlers } from "./resources/surroundings.ts";
import { networkHandlers } from "./resources/ec2-network.ts";
import { securityHandlers } from "./resources/ec2-security.ts";
import { ecrHandlers } from "./resources/ecr.ts";
import { ecsHandlers } from "./resources/ecs.ts";
import { fileHandlers } from "./resources/efs.ts";
import { eventHandlers } from "./resources/events.ts";
import { cacheHandlers } from "./resources/elasticache.ts";
import { iamHandlers } from "./resources/iam.ts";
import { balancingHandlers } from "./resources/lb.ts";
import { logsHandlers } from "./resources/logs.ts";
import { notificationHandlers } from "./resources/notifications.ts";
import { rdsHandlers } from "./resources/rds.ts";
import { s3Handlers } from "./resources/s3.ts";
import { scalingHandlers } from "./resources/scaling.ts";
import { ssmHandlers } from "./resources/ssm.ts";

/** Every resource type of the `aws` package that the program uses; those from `recorded` make no call. */
export const awsHandlers: Handlers = {
  ...balancingHandlers,
  ...cacheHandlers,
  ...codebuildHandlers,
  ...codepipelineHandlers,
  ...connectionHandlers,
  ...dashboardHandlers,
  ...discoveryHandlers,
  ...ecrHandlers,
  ...ecsHandlers,
  ...eventHandlers,
  ...fileHandlers,
  ...iamHandlers,
  ...logsHandlers,
  ...networkHandlers,
  ...notificationHandlers,
  ...rdsHandlers,
  ...s3Handlers,
  ...scalingHandlers,
  ...securityHandlers,
  ...ssmHandlers,
  ...surroundingsHandlers,
};
