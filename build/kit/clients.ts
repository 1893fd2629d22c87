import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";

/** The services of AWS that the steps of a run call. */
export interface Clients {
  readonly ecs: ECSClient;
  readonly ecr: ECRClient;
  readonly codepipeline: CodePipelineClient;
  readonly logs: CloudWatchLogsClient;
  readonly balancers: ElasticLoadBalancingV2Client;
  readonly scaling: ApplicationAutoScalingClient;
}

/** Clients with the role and region of the build that runs this. */
export const clientsOf = (): Clients => ({
  ecs: new ECSClient(),
  ecr: new ECRClient(),
  codepipeline: new CodePipelineClient(),
  logs: new CloudWatchLogsClient(),
  balancers: new ElasticLoadBalancingV2Client(),
  scaling: new ApplicationAutoScalingClient(),
});
