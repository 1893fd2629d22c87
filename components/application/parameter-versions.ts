import { verbCommand } from "../kit/command.ts";
import type * as aws from "@pulumi/aws";
import { readParameter } from "../kit/read-aws.ts";
import { Refusal } from "../kit/refusal.ts";
import { sortedEntries } from "../kit/sorted-entries.ts";

export interface ParameterVersionsArgs {
  /** Path of the parameters that are created here, such as `/shop/staging`. */
  readonly path: string;
  /** Existing parameters: variable → parameter name. */
  readonly existing: Readonly<Record<string, string>>;
  /** Values of those that are created here, by variable, in plain text: only compared, never an input of a resource. */
  readonly configured: Readonly<Record<string, string>>;
  /**
   * For values that are known only once a resource exists, the pattern of the value that this `up` sets. @default -
   * none
   */
  readonly expected?: Readonly<Record<string, RegExp>>;
}

/**
 * Version of the parameter behind each variable after this `up`. PutParameter counts versions (Parameter Store, "Working
 * with parameter versions"), so the number shows that a value has changed without showing the value. Throws a Refusal if
 * a parameter that the environment refers to does not exist; the values of those are not read.
 */
export async function parameterVersions(args: ParameterVersionsArgs): Promise<Readonly<Record<string, number>>> {
  const found = await Promise.all(
    sortedEntries(args.existing).map(async ([variable, name]) => ({
      variable,
      name,
      parameter: await readParameter(name),
    })),
  );
  const missing = found.filter(({ parameter }) => parameter === undefined);
  if (missing.length > 0) {
    const lines = missing.map(({ variable, name }) => `${variable}: Parameter Store has no ${name}`);
    throw new Refusal(
      `${lines.join("\n")}\nset each with \`${verbCommand} parameters set VARIABLE --stack STACK\`, or set secrets:VARIABLE`,
    );
  }
  const made = await Promise.all(
    sortedEntries<string | RegExp>({ ...args.configured, ...args.expected }).map(
      async ([variable, value]) =>
        [variable, versionAfter(value, await readParameter(`${args.path}/${variable}`, true))] as const,
    ),
  );
  const there = found.map(({ variable, parameter }) => [variable, parameter?.version ?? 0] as const);
  return Object.fromEntries<number>([...there, ...made]);
}

/** The version after this `up`: a value that differs from the stored one is set, which creates the next version. */
function versionAfter(value: string | RegExp, stored: aws.ssm.GetParameterResult | undefined): number {
  if (stored === undefined) return 1;
  const kept = typeof value === "string" ? stored.value === value : value.test(stored.value);
  return kept ? stored.version : stored.version + 1;
}
