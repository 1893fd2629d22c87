import { DescribeParametersCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { missing, ok, type Check } from "./check.ts";
import type { ProgramParameter } from "./program-reading.ts";

/** The parameters of a stack, and those of them that Parameter Store has. */
export interface Parameters {
  readonly stack: string;
  readonly declared: readonly ProgramParameter[];
  /** Type by name. */
  readonly found: Readonly<Record<string, string | undefined>>;
  /** Whether the stack was brought up. */
  readonly up: boolean;
}

/** Types of the parameters that are there, by name: a call for each fifty names, and no value is read. */
export async function readParameterTypes(client: SSMClient, names: readonly string[]): Promise<Parameters["found"]> {
  const found: [string, string][] = [];
  // A filter takes at most 50 values (SSM API reference, ParameterStringFilter).
  for (let start = 0; start < names.length; start += 50) {
    const filter = { Key: "Name", Option: "Equals", Values: names.slice(start, start + 50) };
    let NextToken: string | undefined;
    do {
      const page = await client.send(new DescribeParametersCommand({ ParameterFilters: [filter], NextToken }));
      found.push(...(page.Parameters ?? []).map(({ Name = "", Type = "" }): [string, string] => [Name, Type]));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  }
  return Object.fromEntries(found);
}

/** Whether the parameters that the stack declares are there, and of the right type. */
export function judgeParameters({ declared, ...found }: Parameters): readonly Check[] {
  if (declared.length === 0) return [ok("parameters: the stack declares none")];
  return declared.map((parameter) =>
    parameter.made === undefined ? judgeGiven(parameter, found) : judgeMade(parameter, found),
  );
}

type Found = Omit<Parameters, "declared">;

function judgeGiven({ variable, name }: ProgramParameter, { found }: Found): Check {
  const type = found[name];
  if (type === undefined) {
    return missing(
      `${variable}: Parameter Store has no ${name}; put it there with \`npm run release -- parameters set ${variable}\``,
    );
  }
  if (type !== "StringList") return ok(`${variable}: ${name} is a ${type}`);
  return missing(
    `${variable}: ${name} is a StringList, which a container sees as one text with commas; make it a String or a SecureString`,
  );
}

function judgeMade({ variable, name, made = "String" }: ProgramParameter, { stack, found, up }: Found): Check {
  const type = found[name];
  const key = `${made === "SecureString" ? "secrets" : "settings"}:${variable}`;
  if (!up) {
    if (type === undefined) return ok(`${variable}: the first \`up\` makes ${name}`);
    return missing(`${variable}: ${name} is there already, and \`up\` would make it; delete it, or take ${key} away`);
  }
  if (type === undefined) {
    return missing(`${variable}: Parameter Store has no ${name}; run \`pulumi up --refresh --stack ${stack}\``);
  }
  if (type === made) return ok(`${variable}: ${name} is a ${type}`);
  return missing(
    `${variable}: ${name} is a ${type}, and ${key} makes a ${made}; run \`pulumi up --refresh --stack ${stack}\``,
  );
}
