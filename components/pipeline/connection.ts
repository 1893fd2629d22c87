import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Repository providers that CodeConnections can connect to, by its own names. */
export const connectionProviders = ["GitHub", "GitLab", "Bitbucket"] as const;
export type ConnectionProvider = (typeof connectionProviders)[number];

/**
 * ARN of the connection to a provider: the given one, or a new one, which a person has to complete in the console once.
 */
export function connectionArn(
  name: string,
  providerType: ConnectionProvider,
  existing: string | undefined,
): pulumi.Output<string> {
  if (existing !== undefined) return pulumi.output(existing);
  return new aws.codeconnections.Connection(name, { name, providerType }).arn;
}

/** URL of a run's commit, with the variables of the source action. */
export const commitUrls: Readonly<Record<ConnectionProvider, string>> = {
  GitHub: "https://github.com/#{SourceVariables.FullRepositoryName}/commit/#{SourceVariables.CommitId}",
  GitLab: "https://gitlab.com/#{SourceVariables.FullRepositoryName}/-/commit/#{SourceVariables.CommitId}",
  Bitbucket: "https://bitbucket.org/#{SourceVariables.FullRepositoryName}/commits/#{SourceVariables.CommitId}",
};
