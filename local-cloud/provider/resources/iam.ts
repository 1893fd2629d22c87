import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { RoleArgs } from "@pulumi/aws/iam/role.js";
import type { RolePolicyArgs } from "@pulumi/aws/iam/rolePolicy.js";

import { iam } from "../kit/clients.ts";
import { handler, type Handlers, isCode, required, tagList, unless } from "../kit/handler.ts";

const role = handler<RoleArgs>({
  autoname: "name",
  replaceOn: ["name", "path"],
  json: ["assumeRolePolicy"],
  create: async (inputs) => {
    const name = required(inputs.name, "name");
    const { Role: made } = await iam.send(
      new CreateRoleCommand({
        RoleName: name,
        Path: inputs.path,
        Description: inputs.description,
        MaxSessionDuration: inputs.maxSessionDuration,
        PermissionsBoundary: inputs.permissionsBoundary,
        AssumeRolePolicyDocument: documentText(inputs.assumeRolePolicy),
        Tags: tagList(inputs.tags),
      }),
    );
    return {
      id: name,
      outputs: { arn: made?.Arn, uniqueId: made?.RoleId, createDate: made?.CreateDate?.toISOString() },
    };
  },
  update: async (id, inputs) => {
    const PolicyDocument = documentText(inputs.assumeRolePolicy);
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: id, PolicyDocument }));
    return {};
  },
  delete: (id) => unless(["NoSuchEntityException"], iam.send(new DeleteRoleCommand({ RoleName: id }))),
  read: async (id) => {
    try {
      const { Role: now } = await iam.send(new GetRoleCommand({ RoleName: id }));
      return { arn: now?.Arn };
    } catch (error) {
      if (isCode(error, "NoSuchEntityException")) return undefined;
      throw error;
    }
  },
});

const rolePolicy = handler<RolePolicyArgs>({
  autoname: "name",
  replaceOn: ["name", "role"],
  json: ["policy"],
  create: async (inputs) => {
    const [name, roleName] = [required(inputs.name, "name"), inputs.role as string];
    await put(roleName, name, documentText(inputs.policy));
    return { id: `${roleName}:${name}`, outputs: {} };
  },
  update: async (_id, inputs) => {
    await put(inputs.role as string, required(inputs.name, "name"), documentText(inputs.policy));
    return {};
  },
  delete: (_id, { role: roleName, name }) =>
    unless(
      ["NoSuchEntityException"],
      iam.send(new DeleteRolePolicyCommand({ RoleName: roleName as string, PolicyName: name })),
    ),
});

/** IAM resource types, served by real calls. */
export const iamHandlers: Handlers = { "aws:iam/role:Role": role, "aws:iam/rolePolicy:RolePolicy": rolePolicy };

async function put(roleName: string, name: string, document: string): Promise<void> {
  await iam.send(new PutRolePolicyCommand({ RoleName: roleName, PolicyName: name, PolicyDocument: document }));
}

function documentText(document: unknown): string {
  return typeof document === "string" ? document : JSON.stringify(document);
}
