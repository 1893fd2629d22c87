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

/** Where a browser shows a run's commit, with the variables of the source action. */
export const commitUrls: Readonly<Record<ConnectionProvider, string>> = {
  GitHub: "https://github.com/#{SourceVariables.FullRepositoryName}/commit/#{SourceVariables.CommitId}",
  GitLab: "https://gitlab.com/#{SourceVariables.FullRepositoryName}/-/commit/#{SourceVariables.CommitId}",
  Bitbucket: "https://bitbucket.org/#{SourceVariables.FullRepositoryName}/commits/#{SourceVariables.CommitId}",
};
