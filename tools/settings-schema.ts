import { table } from "../settings/table.ts";
import type { KeyDescription } from "../settings/table/key.ts";

/** The JSON schema of `Pulumi.<stack>.yaml`, for editors. */
export const settingsSchema = (): string => JSON.stringify(schema, undefined, 2);

/** The project's namespace, which Pulumi lets one leave out; those of others may have keys of the same names. */
const namespace = "((?!(aws|aws-native|awsx|pulumi|secrets|settings):)[^:]+:)?";

const region = {
  type: "string",
  pattern: "^[a-z]{2,}(-[a-z]+)+-[0-9]$",
  description: "Region of AWS, as in eu-central-1",
};

const encrypted = {
  type: "object",
  properties: { secure: { type: "string" } },
  required: ["secure"],
  additionalProperties: false,
  description: "Value of a variable that is in parameters; set it with `pulumi config set --secret secrets:NAME`",
};

const plain = {
  type: ["string", "number", "boolean"],
  description: "Value of a variable that is in parameters and no secret",
};

const schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "Configuration of a stack of compose-ecs-pipeline",
  type: "object",
  properties: {
    config: {
      type: ["object", "null"],
      properties: { "aws:region": region },
      patternProperties: {
        "^secrets:": encrypted,
        "^settings:": plain,
        ...Object.fromEntries(
          Object.entries(table).map(([key, described]) => [`^${namespace}${key}$`, valueSchema(described)]),
        ),
      },
    },
  },
};

/** The values that Pulumi accepts for a key; `pulumi config set` writes numbers, flags and lists as texts. */
function valueSchema({ type, default: otherwise, description }: KeyDescription): object {
  const more = { default: otherwise, description };
  switch (type) {
    // YAML reads 1.10 as 1.1, so that a fraction needs quotes.
    case "string":
      return { type: ["string", "integer"], ...more };
    case "integer":
      return { type: ["integer", "string"], minimum: 0, pattern: "^[0-9]+$", ...more };
    case "boolean":
      return { enum: [true, false, "true", "false"], ...more };
    case "array":
      return { type: ["array", "string"], items: { type: "string" }, pattern: "^\\[", ...more };
  }
}
