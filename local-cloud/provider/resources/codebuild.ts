import {
  CreateProjectCommand,
  type CreateProjectCommandInput,
  DeleteProjectCommand,
  UpdateProjectCommand,
} from "@aws-sdk/client-codebuild";
import type { ProjectArgs } from "@pulumi/aws/codebuild/project.js";

import { codebuild } from "../kit/clients.ts";
import { handler, type Handlers, type Plain, required } from "../kit/handler.ts";

const project = handler<ProjectArgs>({
  autoname: "name",
  replaceOn: ["name"],
  create: async (inputs) => {
    const { project: made } = await codebuild.send(new CreateProjectCommand(request(inputs)));
    const arn = required(made?.arn, "project ARN");
    return { id: arn, outputs: { arn } };
  },
  update: async (_id, inputs) => {
    await codebuild.send(new UpdateProjectCommand(request(inputs)));
    return {};
  },
  delete: async (_id, { name }) => {
    await codebuild.send(new DeleteProjectCommand({ name }));
  },
});

/** CodeBuild resource types, served by real calls. */
export const codebuildHandlers: Handlers = { "aws:codebuild/project:Project": project };

function request(inputs: Plain<ProjectArgs>): CreateProjectCommandInput {
  const { environment, logsConfig, source, vpcConfig } = inputs;
  return {
    name: inputs.name,
    description: inputs.description,
    serviceRole: inputs.serviceRole,
    timeoutInMinutes: inputs.buildTimeout ?? 60,
    queuedTimeoutInMinutes: inputs.queuedTimeout,
    concurrentBuildLimit: inputs.concurrentBuildLimit,
    source: { type: source.type as never, buildspec: source.buildspec, location: source.location },
    artifacts: { type: inputs.artifacts.type as never },
    cache: inputs.cache && {
      type: inputs.cache.type as never,
      modes: inputs.cache.modes as never,
      location: inputs.cache.location,
    },
    environment: {
      type: environment.type as never,
      image: environment.image,
      computeType: environment.computeType as never,
      privilegedMode: environment.privilegedMode === true,
      imagePullCredentialsType: environment.imagePullCredentialsType as never,
      environmentVariables: environment.environmentVariables?.map(({ name, value, type }) => ({
        name,
        value,
        type: (type ?? "PLAINTEXT") as never,
      })),
    },
    vpcConfig: vpcConfig && {
      vpcId: vpcConfig.vpcId,
      subnets: vpcConfig.subnets,
      securityGroupIds: vpcConfig.securityGroupIds,
    },
    logsConfig: logsConfig && {
      cloudWatchLogs: logsConfig.cloudwatchLogs && {
        status: (logsConfig.cloudwatchLogs.status ?? "ENABLED") as never,
        groupName: logsConfig.cloudwatchLogs.groupName,
        streamName: logsConfig.cloudwatchLogs.streamName,
      },
    },
    tags: Object.entries(inputs.tags ?? {}).map(([key, value]) => ({ key, value })),
  };
}
