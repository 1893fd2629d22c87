import type { Action, Pipeline } from "../../../local-cloud/codepipeline/declaration.ts";

/** An action whose owner is AWS. */
export const action = (name: string, category: string, provider: string, more: Partial<Action> = {}): Action => ({
  name,
  actionTypeId: { category, owner: "AWS", provider, version: "1" },
  ...more,
});
export const source = action("Source", "Source", "CodeStarSourceConnection", {
  namespace: "SourceVariables",
  outputArtifacts: [{ name: "Source" }],
  configuration: { ConnectionArn: "arn", FullRepositoryId: "team/shop", BranchName: "main", DetectChanges: "false" },
});
export const build = action("Build", "Build", "CodeBuild", {
  inputArtifacts: [{ name: "Source" }],
  outputArtifacts: [{ name: "BuildOutput" }],
  configuration: { ProjectName: "shop-staging-build" },
});
export const pipeline: Pipeline = {
  name: "shop-staging",
  roleArn: "arn:aws:iam::000000000000:role/shop-staging-pipeline",
  artifactStore: { type: "S3", location: "artifacts" },
  pipelineType: "V2",
  stages: [
    { name: "Source", actions: [source] },
    { name: "Build", actions: [build] },
  ],
};
