import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { sortedEntries } from "../kit/sorted-entries.ts";

export interface ParameterStoreArgs {
  /** Path of the parameters that are created here, such as `/shop/staging`. */
  readonly path: string;
  /** Settings in plain text that are created here, by variable. @default - none */
  readonly settings?: Readonly<Record<string, string>>;
  /** Secrets that are created here as SecureStrings, by variable; encrypted in Pulumi's state. @default - none */
  readonly secrets?: Readonly<Record<string, pulumi.Input<string>>>;
  /** Existing parameters: variable → parameter name. @default - none */
  readonly existing?: Readonly<Record<string, string>>;
  /** Whether the parameters that are created here are protected from deletion. @default - false */
  readonly protect?: boolean;
}

/** The settings and secrets of one environment, as SSM parameters. */
export class ParameterStore extends pulumi.ComponentResource {
  /** Name of the parameter behind each variable. */
  readonly names: Readonly<Record<string, string>>;
  /** The parameters that are created here; a resource that reads them depends on them. */
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
