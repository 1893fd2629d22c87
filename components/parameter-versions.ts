import * as aws from "@pulumi/aws";
import { Refusal } from "./refusal.ts";
import { sortedEntries } from "./sorted-entries.ts";

export interface ParameterVersionsArgs {
  /** Path the parameters made here are under, say `/shop/staging`. */
  readonly path: string;
  /** Parameters that are there already: variable → parameter name. */
  readonly existing: Readonly<Record<string, string>>;
  /** Values of those made here, by variable, in clear: to compare with, never an input of a resource. */
  readonly configured: Readonly<Record<string, string>>;
}

/**
 * Version of the parameter behind each variable once this `up` has ended. PutParameter counts them (Parameter Store,
 * "Working with parameter versions"), so that the number tells of a changed value and nothing of the value. Refuses an
 * environment that refers to parameters which are not there; of those it reads no value.
 */
export async function parameterVersions(args: ParameterVersionsArgs): Promise<Readonly<Record<string, number>>> {
  const found = await Promise.all(
    sortedEntries(args.existing).map(async ([variable, name]) => ({ variable, name, parameter: await read(name) })),
  );
  const missing = found.filter(({ parameter }) => parameter === undefined);
  if (missing.length > 0) {
    const lines = missing.map(({ variable, name }) => `${variable}: Parameter Store has no ${name}`);
    throw new Refusal(
      `${lines.join("\n")}\nput each there with \`aws ssm put-parameter --type SecureString --name NAME --value …\`, or set secrets:VARIABLE`,
    );
  }
  const made = await Promise.all(
    sortedEntries(args.configured).map(
      async ([variable, value]) =>
        [variable, versionAfter(value, await read(`${args.path}/${variable}`, true))] as const,
    ),
  );
  const there = found.map(({ variable, parameter }) => [variable, parameter?.version ?? 0] as const);
  return Object.fromEntries<number>([...there, ...made]);
}

/** A value that differs from the stored one is put by this `up`, which makes the next version of it. */
function versionAfter(value: string, stored: aws.ssm.GetParameterResult | undefined): number {
  if (stored === undefined) return 1;
  return stored.value === value ? stored.version : stored.version + 1;
}

async function read(name: string, withDecryption = false): Promise<aws.ssm.GetParameterResult | undefined> {
  try {
    return await aws.ssm.getParameter({ name, withDecryption });
  } catch (error) {
    // Anything but "not there" (say, access denied) is no answer to the question.
    if (/ParameterNotFound|couldn't find resource/.test(String(error))) return undefined;
    throw error;
  }
}
