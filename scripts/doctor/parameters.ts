import { verbCommand } from "../../components/plain.ts";
import type { ParameterView } from "../parameters/view.ts";
import { missing, ok, type Check } from "./check.ts";
import type { ProgramParameter } from "../pulumi/program-reading.ts";

/** The parameters that a stack declares, and those of them that exist in Parameter Store. */
export interface Parameters {
  readonly stack: string;
  readonly declared: readonly ProgramParameter[];
  readonly found: readonly ParameterView[];
  /** For each one that the stack's roles cannot decrypt, the reason; by name. */
  readonly undecryptable: Readonly<Record<string, string>>;
  /** Whether there was an `up` of the stack. */
  readonly up: boolean;
}

/** Checks whether the parameters that the stack declares exist and have the right type. */
export function judgeParameters({ declared, ...around }: Parameters): readonly Check[] {
  if (declared.length === 0) return [ok("parameters: the stack declares none")];
  return declared.map((parameter) => {
    const problem = around.undecryptable[parameter.name];
    if (problem !== undefined) return missing(`${parameter.variable}: ${problem}`);
    const type = around.found.find(({ name }) => name === parameter.name)?.type;
    return parameter.made === undefined ? judgeGiven(parameter, type) : judgeMade(parameter, type, around);
  });
}

function judgeGiven({ variable, name }: ProgramParameter, type: string | undefined): Check {
  if (type === undefined) {
    return missing(
      `${variable}: Parameter Store has no ${name}; put it there with \`${verbCommand} parameters set ${variable}\``,
    );
  }
  if (type !== "StringList") return ok(`${variable}: ${name} is a ${type}`);
  return missing(
    `${variable}: ${name} is a StringList, which a container sees as one text with commas; make it a String or a SecureString`,
  );
}

function judgeMade(
  { variable, name, made = "String" }: ProgramParameter,
  type: string | undefined,
  { stack, up }: Pick<Parameters, "stack" | "up">,
): Check {
  const key = `${made === "SecureString" ? "secrets" : "settings"}:${variable}`;
  if (!up) {
    if (type === undefined) return ok(`${variable}: the first \`up\` creates ${name}`);
    return missing(`${variable}: ${name} exists already, and \`up\` would create it; delete it, or remove ${key}`);
  }
  if (type === undefined) {
    return missing(`${variable}: Parameter Store has no ${name}; run \`pulumi up --refresh --stack ${stack}\``);
  }
  if (type === made) return ok(`${variable}: ${name} is a ${type}`);
  return missing(
    `${variable}: ${name} is a ${type}, and ${key} creates a ${made}; run \`pulumi up --refresh --stack ${stack}\``,
  );
}
