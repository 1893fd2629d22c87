import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sortedEntries } from "../kit/sorted-entries.ts";

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
    const plain = sortedEntries(args.settings ?? {}).map(
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
    this.made = [...plain, ...secrets];
    this.registerOutputs({ names: this.names });
  }
}
