import type * as aws from "@pulumi/aws";
import { readParameter } from "../kit/read-aws.ts";
import { Refusal } from "../kit/refusal.ts";
import { sortedEntries } from "../kit/sorted-entries.ts";

export interface ParameterVersionsArgs {
  /** Path of the parameters that are created here, for example `/shop/staging`. */
  readonly path: string;
  /** Existing parameters: variable → parameter name. */
  readonly existing: Readonly<Record<string, string>>;
  /**
   * Plain values of the parameters that are created here, by variable: for comparison only, never the input of a
   * resource.
   */
  readonly configured: Readonly<Record<string, string>>;
  /** Patterns of the values that are known only when a resource exists, by variable. @default - none */
  readonly expected?: Readonly<Record<string, RegExp>>;
}

/**
 * Version that the parameter of each variable has after this `up`. PutParameter counts them (Parameter Store, "Working
 * with parameter versions"), so the number shows that a value has changed and reveals nothing of it. Refuses an
 * environment that names parameters which do not exist; the values of existing parameters are not read.
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
      `${lines.join("\n")}\ncreate each with \`npm run release -- parameters set VARIABLE --stack STACK\`, or set secrets:VARIABLE`,
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

/** This `up` stores a value that differs from the stored one, which gives it the next version. */
function versionAfter(value: string | RegExp, stored: aws.ssm.GetParameterResult | undefined): number {
  if (stored === undefined) return 1;
  const kept = typeof value === "string" ? stored.value === value : value.test(stored.value);
  return kept ? stored.version : stored.version + 1;
}
