import {
  CreatePipelineCommand,
  DeletePipelineCommand,
  type PipelineDeclaration,
  UpdatePipelineCommand,
} from "@aws-sdk/client-codepipeline";
import type { PipelineArgs } from "@pulumi/aws/codepipeline/pipeline.js";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";

import { codepipeline, region, sts } from "../kit/clients.ts";
import { handler, type Handlers, type Plain, required } from "../kit/handler.ts";

const pipeline = handler<PipelineArgs>({
  autoname: "name",
  replaceOn: ["name"],
  create: async (inputs) => {
    const name = required(inputs.name, "name");
    await codepipeline.send(new CreatePipelineCommand({ pipeline: pipelineDeclaration(inputs) }));
    const { Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
    return { id: name, outputs: { arn: `arn:aws:codepipeline:${region}:${Account}:${name}` } };
  },
  update: async (_id, inputs) => {
    await codepipeline.send(new UpdatePipelineCommand({ pipeline: pipelineDeclaration(inputs) }));
    return {};
  },
  delete: async (id) => {
    await codepipeline.send(new DeletePipelineCommand({ name: id }));
  },
});

/** CodePipeline resource types, served by real calls. */
export const codepipelineHandlers: Handlers = { "aws:codepipeline/pipeline:Pipeline": pipeline };

/** A pipeline in the API's form, which has some fields as a list that the provider has as one value. */
export function pipelineDeclaration(inputs: Plain<PipelineArgs>): PipelineDeclaration {
  return {
    name: inputs.name,
    roleArn: inputs.roleArn,
    pipelineType: inputs.pipelineType as never,
    executionMode: inputs.executionMode as never,
    artifactStore: inputs.artifactStores[0] && {
      type: inputs.artifactStores[0].type as never,
      location: inputs.artifactStores[0].location,
      encryptionKey: inputs.artifactStores[0].encryptionKey as never,
    },
    stages: inputs.stages.map((stage) => ({
      name: stage.name,
      actions: stage.actions.map(action),
      beforeEntry: stage.beforeEntry && { conditions: [condition(stage.beforeEntry.condition)] },
      onSuccess: stage.onSuccess && { conditions: [condition(stage.onSuccess.condition)] },
      onFailure: stage.onFailure && {
        result: stage.onFailure.result as never,
        retryConfiguration: stage.onFailure.retryConfiguration as never,
        conditions: stage.onFailure.condition && [condition(stage.onFailure.condition)],
      },
    })),
    triggers: inputs.triggers?.map(({ providerType, gitConfiguration }) => ({
      providerType: providerType as never,
      gitConfiguration: {
        sourceActionName: gitConfiguration.sourceActionName,
        push: gitConfiguration.pushes?.map(({ branches, filePaths, tags }) => ({ branches, filePaths, tags })),
      },
    })),
    variables: inputs.variables?.map(({ name, defaultValue, description }) => ({ name, defaultValue, description })),
  };
}

type Given = Plain<PipelineArgs>["stages"][number];

function condition({ result, rules }: NonNullable<Given["beforeEntry"]>["condition"]) {
  return {
    result: result as never,
    rules: rules.map(({ inputArtifacts, ruleTypeId, ...rule }) => ({
      ...rule,
      ruleTypeId: ruleTypeId as never,
      inputArtifacts: inputArtifacts?.map((name) => ({ name })),
    })),
  };
}

function action(given: Given["actions"][number]) {
  return {
    name: given.name,
    namespace: given.namespace,
    region: given.region,
    roleArn: given.roleArn,
    runOrder: given.runOrder,
    timeoutInMinutes: given.timeoutInMinutes,
    actionTypeId: {
      category: given.category as never,
      owner: given.owner as never,
      provider: given.provider,
      version: given.version,
    },
    configuration: given.configuration,
    inputArtifacts: given.inputArtifacts?.map((name) => ({ name })),
    outputArtifacts: given.outputArtifacts?.map((name) => ({ name })),
  };
}
