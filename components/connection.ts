import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The connection to GitHub: the one given, or a new one, which a person has to complete in the console once. */
export function connectionArn(name: string, existing: string | undefined): pulumi.Output<string> {
  if (existing !== undefined) return pulumi.output(existing);
  return new aws.codeconnections.Connection(name, { name, providerType: "GitHub" }).arn;
}
