import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "./refusal.ts";
import { sortedEntries } from "./sorted-entries.ts";

export interface ParameterStoreArgs {
  /** Path the parameters made here are under, say `/shop/staging`. */
  readonly path: string;
  /** Readable settings made here, by variable. @default - none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Secrets made here as SecureStrings, by variable; in Pulumi's state encrypted. @default - none */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Parameters that are there already: variable → parameter name. @default - none */
  readonly existing?: Readonly<Record<string, string>>;
  /** Whether a parameter made here is protected from deletion. @default - false */
  readonly protect?: boolean;
}

/** The settings and secrets of one environment, as SSM parameters. */
export class ParameterStore extends pulumi.ComponentResource {
  /** Name of the parameter behind each variable. */
  readonly names: Readonly<Record<string, string>>;
  /** The parameters made here; what reads them waits for them. */
  readonly made: readonly pulumi.Resource[];

  constructor(name: string, args: ParameterStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:ParameterStore", name, {}, opts);
    const children = { parent: this, protect: args.protect ?? false };
    const settings = sortedEntries(args.settings ?? {}).map(
      ([variable, value]) =>
        new aws.ssm.Parameter(
          `${name}-${variable}`,
          // insecureValue: `value` would be hidden in every preview.
          { name: `${args.path}/${variable}`, type: "String", insecureValue: value },
          children,
        ),
    );
    const secrets = sortedEntries(args.secrets ?? {}).map(
      ([variable, value]) =>
        new aws.ssm.Parameter(
          `${name}-${variable}`,
          { name: `${args.path}/${variable}`, type: "SecureString", value: pulumi.secret(value) },
          children,
        ),
    );
    const own = Object.keys({ ...args.settings, ...args.secrets }).map((variable) => [
      variable,
      `${args.path}/${variable}`,
    ]);
    this.names = { ...args.existing, ...(Object.fromEntries(own) as Record<string, string>) };
    this.made = [...settings, ...secrets];
    this.registerOutputs({ names: this.names });
  }
}

/** Refuses an environment that refers to parameters which are not there; reads no value. */
export async function requireParameters(existing: Readonly<Record<string, string>>): Promise<void> {
  const found = await Promise.all(
    sortedEntries(existing).map(async ([variable, name]) => ({ variable, name, there: await exists(name) })),
  );
  const missing = found.filter(({ there }) => !there);
  if (missing.length === 0) return;
  const lines = missing.map(({ variable, name }) => `${variable}: Parameter Store has no ${name}`);
  throw new Refusal(
    `${lines.join("\n")}\nput each there with \`aws ssm put-parameter --type SecureString --name NAME --value …\`, or set secrets:VARIABLE`,
  );
}

async function exists(name: string): Promise<boolean> {
  try {
    await aws.ssm.getParameter({ name, withDecryption: false });
    return true;
  } catch (error) {
    // Anything but "not there" (say, access denied) is no answer to the question.
    if (/ParameterNotFound|couldn't find resource/.test(String(error))) return false;
    throw error;
  }
}
