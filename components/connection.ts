import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Providers of repositories that CodeConnections connects to, by its own names. */
export const connectionProviders = ["GitHub", "GitLab", "Bitbucket"] as const;
export type ConnectionProvider = (typeof connectionProviders)[number];

/** The connection to a provider: the one given, or a new one, which a person has to complete in the console once. */
export function connectionArn(
  name: string,
  providerType: ConnectionProvider,
  existing: string | undefined,
): pulumi.Output<string> {
  if (existing !== undefined) return pulumi.output(existing);
  return new aws.codeconnections.Connection(name, { name, providerType }).arn;
}
