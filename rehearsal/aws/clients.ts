import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { CodePipelineClient } from "@aws-sdk/client-codepipeline";
import { ECSClient } from "@aws-sdk/client-ecs";
import { IAMClient } from "@aws-sdk/client-iam";
import { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { S3Client } from "@aws-sdk/client-s3";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import type { ClientSettings } from "../kit/command-line.ts";

/** Clients of the AWS services that a rehearsal on an account calls itself. */
export type AccountClients = ReturnType<typeof accountClients>;

/** Clients with the user's credentials, or with given ones. */
export const accountClients = (settings: ClientSettings) => ({
  codebuild: new CodeBuildClient(settings),
  codepipeline: new CodePipelineClient(settings),
  ecs: new ECSClient(settings),
  iam: new IAMClient(settings),
  logs: new CloudWatchLogsClient(settings),
  s3: new S3Client({ ...settings, ...(settings.endpoint !== undefined && { forcePathStyle: true }) }),
  ssm: new SSMClient(settings),
  sts: new STSClient(settings),
  tagging: new ResourceGroupsTaggingAPIClient(settings),
});
