import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import type { ParameterArgs } from "@pulumi/aws/ssm/parameter.js";

import { ssm } from "../kit/clients.ts";
import { handler, type Handlers, isCode, type Plain, required, unless } from "../kit/handler.ts";

const parameter = handler<ParameterArgs>({
  autoname: "name",
  replaceOn: ["name"],
  secret: ["value"],
  create: async (inputs) => {
    const name = required(inputs.name, "name");
    const made = await put(inputs, inputs.overwrite === true);
    const { Parameter: now } = await ssm.send(new GetParameterCommand({ Name: name }));
    return { id: name, outputs: { arn: now?.ARN, version: made, value: valueOf(inputs) } };
  },
  update: async (_id, inputs) => ({ version: await put(inputs, true), value: valueOf(inputs) }),
  delete: (id) => unless(["ParameterNotFound"], ssm.send(new DeleteParameterCommand({ Name: id }))),
  read: async (id) => {
    try {
      const { Parameter: now } = await ssm.send(new GetParameterCommand({ Name: id }));
      return { version: now?.Version };
    } catch (error) {
      if (isCode(error, "ParameterNotFound")) return undefined;
      throw error;
    }
  },
});

/** Systems Manager resource types, served by real calls. */
export const ssmHandlers: Handlers = { "aws:ssm/parameter:Parameter": parameter };

async function put(inputs: Plain<ParameterArgs>, Overwrite: boolean): Promise<number | undefined> {
  const { Version } = await ssm.send(
    new PutParameterCommand({
      Name: inputs.name,
      Type: inputs.type as never,
      Value: valueOf(inputs),
      Description: inputs.description,
      KeyId: inputs.keyId,
      Tier: inputs.tier as never,
      Overwrite,
    }),
  );
  return Version;
}

function valueOf(inputs: Plain<ParameterArgs>): string {
  return required(inputs.value ?? inputs.insecureValue ?? inputs.valueWo, "value");
}
