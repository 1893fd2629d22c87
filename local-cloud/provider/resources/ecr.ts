import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
} from "@aws-sdk/client-ecr";
import type { LifecyclePolicyArgs } from "@pulumi/aws/ecr/lifecyclePolicy.js";
import type { RepositoryArgs } from "@pulumi/aws/ecr/repository.js";

import { ecr } from "../kit/clients.ts";
import { handler, type Handlers, type Plain, required, tagList, unless } from "../kit/handler.ts";

const repository = handler<RepositoryArgs>({
  autoname: "name",
  replaceOn: ["encryptionConfigurations", "name"],
  create: async (inputs) => {
    const name = required(inputs.name, "name");
    const { repository: made } = await ecr.send(
      new CreateRepositoryCommand({
        repositoryName: name,
        ...mutability(inputs),
        imageScanningConfiguration: inputs.imageScanningConfiguration,
        tags: tagList(inputs.tags),
      }),
    );
    const { repositoryArn: arn, repositoryUri: repositoryUrl, registryId } = made ?? {};
    return { id: name, outputs: { arn, repositoryUrl, registryId } };
  },
  update: async (id, inputs) => {
    await ecr.send(new PutImageTagMutabilityCommand({ repositoryName: id, ...mutability(inputs) }));
    return {};
  },
  // ECR itself refuses a repository that holds images, unless forced.
  delete: (id, { forceDelete }) =>
    unless(
      ["RepositoryNotFoundException"],
      ecr.send(new DeleteRepositoryCommand({ repositoryName: id, force: forceDelete === true })),
    ),
});

const lifecyclePolicy = handler<LifecyclePolicyArgs>({
  replaceOn: ["repository"],
  json: ["policy"],
  create: async (inputs) => {
    await putPolicy(inputs);
    return { id: inputs.repository, outputs: {} };
  },
  update: async (_id, inputs) => {
    await putPolicy(inputs);
    return {};
  },
  delete: (id) =>
    unless(
      ["LifecyclePolicyNotFoundException", "RepositoryNotFoundException"],
      ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName: id })),
    ),
});

/** ECR resource types, served by real calls. */
export const ecrHandlers: Handlers = {
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": lifecyclePolicy,
  "aws:ecr/repository:Repository": repository,
};

function mutability(inputs: Plain<RepositoryArgs>) {
  return {
    imageTagMutability: (inputs.imageTagMutability ?? "MUTABLE") as never,
    imageTagMutabilityExclusionFilters: inputs.imageTagMutabilityExclusionFilters as never,
  };
}

async function putPolicy({ repository: repositoryName, policy }: Plain<LifecyclePolicyArgs>): Promise<void> {
  const lifecyclePolicyText = typeof policy === "string" ? policy : JSON.stringify(policy);
  await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
}
