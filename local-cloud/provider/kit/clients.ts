import { ApplicationAutoScalingClient } from "@aws-sdk/client-application-auto-scaling";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { CodeStarConnectionsClient } from "@aws-sdk/client-codestar-connections";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";

/** The AWS region that the provider works in. */
export const region = process.env["AWS_REGION"] ?? "us-east-1";

/** One client for each service; endpoint and credentials come from the environment. */
export const scaling = new ApplicationAutoScalingClient({ region });
export const logs = new CloudWatchLogsClient({ region });
export const codebuild = new CodeBuildClient({ region });
export const codepipeline = new CodePipelineClient({ region });
export const connections = new CodeStarConnectionsClient({ region });
export const ec2 = new EC2Client({ region });
export const ecr = new ECRClient({ region });
export const ecs = new ECSClient({ region });
export const balancing = new ElasticLoadBalancingV2Client({ region });
export const events = new EventBridgeClient({ region });
export const iam = new IAMClient({ region });
export const s3 = new S3Client({ region, forcePathStyle: true });
export const sns = new SNSClient({ region });
export const ssm = new SSMClient({ region });
export const sts = new STSClient({ region });
