import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The connection to GitHub: the one given, or a new one, which a person has to complete in the console once. */
export function connectionArn(name: string, existing: string | undefined): pulumi.Output<string> {
  if (existing !== undefined) return pulumi.output(existing);
  return new aws.codeconnections.Connection(name, { name, providerType: "GitHub" }).arn;
}

/** Where a browser shows a run's commit, with CodePipeline's variables; only a connection made here is known to be GitHub's. */
export function commitUrl(existing: string | undefined): string | undefined {
  if (existing !== undefined) return undefined;
  return "https://github.com/#{SourceVariables.FullRepositoryName}/commit/#{SourceVariables.CommitId}";
}
