import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Names } from "./names.ts";
import type { Statement } from "./statement.ts";

/** A stage of the pipeline, or an action of one, together with what the pipeline's role needs for it. */
export interface Part<Declaration> {
  readonly declaration: Declaration;
  readonly statements: readonly Statement[];
}
export type Stage = Part<StageDeclaration>;
export type Action = Part<aws.types.input.codepipeline.PipelineStageAction>;

/** PipelineStage of the provider, with actions that are there before any Output. */
export interface StageDeclaration {
  readonly name: string;
  readonly actions: aws.types.input.codepipeline.PipelineStageAction[];
}

/** Where the code comes from. */
export interface SourceArgs {
  /** ARN of the CodeConnections connection, or of an older CodeStar one. */
  readonly connectionArn: pulumi.Output<string>;
  /** `owner/name` at the connection's provider. */
  readonly repository: string;
  readonly branch: string;
}

/** Takes the commit that was pushed, as a zip. */
export function sourceStage({ connectionArn, repository, branch }: SourceArgs): Stage {
  return stage("Source", {
    declaration: {
      ...action("Source", "Source", "AWS", "CodeStarSourceConnection"),
      namespace: "SourceVariables",
      outputArtifacts: ["Source"],
      configuration: {
        ConnectionArn: connectionArn,
        FullRepositoryId: repository,
        BranchName: branch,
        OutputArtifactFormat: "CODE_ZIP",
        // The trigger decides which pushes start a run.
        DetectChanges: "false",
      },
    },
    statements: [
      {
        Effect: "Allow",
        // The action's prefix must be the ARN's: an older connection's is codestar-connections.
        Action: connectionArn.apply((arn) => `${arn.split(":")[2] ?? ""}:UseConnection`),
        Resource: connectionArn,
      },
    ],
  });
}

/** Builds the commit's images and pushes them: buildspec.yml. */
export function buildStage(names: Pick<Names, "build">): Stage {
  return stage("Build", {
    declaration: {
      ...action("Build", "Build", "AWS", "CodeBuild"),
      namespace: "BuildVariables",
      inputArtifacts: ["Source"],
      outputArtifacts: ["BuildOutput"],
      configuration: { ProjectName: names.build.name },
    },
    statements: [startBuild(names.build)],
  });
}

/** Waits for a person, with the commit before their eyes. */
export function approveStage(): Stage {
  return stage("Approve", {
    declaration: {
      ...action("Approve", "Approval", "AWS", "Manual"),
      configuration: {
        CustomData:
          "Release #{SourceVariables.CommitId} of #{SourceVariables.BranchName}: #{SourceVariables.CommitMessage}",
      },
    },
    statements: [],
  });
}

/** What the pipeline needs to start a project and to follow its build. */
export const startBuild = (project: Names["build"]): Statement => ({
  Effect: "Allow",
  Action: ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
  Resource: project.arn,
});

/** The beginning of an action declaration. */
export const action = (name: string, category: string, owner: string, provider: string) => ({
  name,
  category,
  owner,
  provider,
  version: "1",
});

/** The stage of some actions, with the sum of what they need. */
export function stage(name: string, ...actions: readonly Action[]): Stage {
  return {
    declaration: { name, actions: actions.map(({ declaration }) => declaration) },
    statements: actions.flatMap(({ statements }) => statements),
  };
}
