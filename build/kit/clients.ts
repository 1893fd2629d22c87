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

/**
 * Clients with the role and region of the build that runs this. An attempt ends after so many milliseconds without an
 * answer, as one of the AWS CLI does; without that, a lost connection would hold a build until CodeBuild ends it.
 */
export function clientsOf(timeout = 60_000): Clients {
  const requestHandler = { connectionTimeout: timeout, requestTimeout: timeout, throwOnRequestTimeout: true };
  return {
    ecs: new ECSClient({ requestHandler }),
    ecr: new ECRClient({ requestHandler }),
    codepipeline: new CodePipelineClient({ requestHandler }),
    logs: new CloudWatchLogsClient({ requestHandler }),
    balancers: new ElasticLoadBalancingV2Client({ requestHandler }),
    scaling: new ApplicationAutoScalingClient({ requestHandler }),
  };
}
