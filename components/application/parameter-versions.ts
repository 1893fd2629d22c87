import type * as aws from "@pulumi/aws";
import { readParameter } from "../kit/read-parameter.ts";
import { Refusal } from "../kit/refusal.ts";
import { sortedEntries } from "../kit/sorted-entries.ts";

export interface ParameterVersionsArgs {
  /** Path the parameters made here are under, say `/shop/staging`. */
  readonly path: string;
  /** Parameters that are there already: variable → parameter name. */
  readonly existing: Readonly<Record<string, string>>;
  /** Values of those made here, by variable, in clear: to compare with, never an input of a resource. */
  readonly configured: Readonly<Record<string, string>>;
  /** Of those whose value is known only once a resource is there, the pattern of what this `up` puts. @default - none */
  readonly expected?: Readonly<Record<string, RegExp>>;
}

/**
 * Version of the parameter behind each variable once this `up` has ended. PutParameter counts them (Parameter Store,
 * "Working with parameter versions"), so that the number tells of a changed value and nothing of the value. Refuses an
 * environment that refers to parameters which are not there; of those it reads no value.
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

/** A value that differs from the stored one is put by this `up`, which makes the next version of it. */
function versionAfter(value: string | RegExp, stored: aws.ssm.GetParameterResult | undefined): number {
  if (stored === undefined) return 1;
  const kept = typeof value === "string" ? stored.value === value : value.test(stored.value);
  return kept ? stored.version : stored.version + 1;
}
