import type * as aws from "@pulumi/aws";
import type { Names } from "../kit/names.ts";
import { publish, type Statement } from "../kit/statement.ts";

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
  /** @default - a failure ends the run */
  readonly onFailure?: aws.types.input.codepipeline.PipelineStageOnFailure;
  readonly beforeEntry?: aws.types.input.codepipeline.PipelineStageBeforeEntry;
}

/**
 * Builds the commit's images and pushes them: buildspec.yml. A failure is tried once more, by itself: most are a registry
 * or a build host that is away, and what the first attempt has pushed is not built again (CodePipeline, "Configure a stage
 * for automatic retry").
 */
export function buildStage(names: Pick<Names, "build">): Stage {
  const { declaration, statements } = stage("Build", {
    declaration: {
      ...action("Build", "Build", "AWS", "CodeBuild"),
      namespace: "BuildVariables",
      inputArtifacts: ["Source"],
      outputArtifacts: ["BuildOutput"],
      configuration: { ProjectName: names.build.name },
    },
    statements: [startBuild(names.build)],
  });
  const onFailure = { result: "RETRY", retryConfiguration: { retryMode: "FAILED_ACTIONS" } };
  return { declaration: { ...declaration, onFailure }, statements };
}

/** Takes ready-made images, where a run has no code to build; the first artifact is the primary one. */
export function imagesStage(names: Pick<Names, "images">, artifacts: readonly string[]): Stage {
  return stage("Images", {
    declaration: {
      ...action("Images", "Build", "AWS", "CodeBuild"),
      inputArtifacts: [...artifacts],
      outputArtifacts: ["BuildOutput"],
      configuration: { ProjectName: names.images.name, PrimarySource: artifacts[0] ?? "" },
    },
    statements: [startBuild(names.images)],
  });
}

export interface ApproveStageArgs {
  /** What the source calls the revision that waits, with variables of CodePipeline. */
  readonly revision: string;
  /** ARN of the topic that is told of a waiting approval. @default - nobody is told */
  readonly topicArn?: string | undefined;
  /** Where a browser shows the commit, with variables of CodePipeline. @default - no link */
  readonly commitUrl?: string | undefined;
  /** Minutes after which a run that nobody answered fails (5–86400; CodePipeline, "Quotas"). */
  readonly approvalTimeoutMinutes: number;
}

/** Waits for a person, with the source's revision before their eyes (CodePipeline, "Manage approval actions"). */
export function approveStage({ revision, topicArn, commitUrl, approvalTimeoutMinutes }: ApproveStageArgs): Stage {
  return stage("Approve", {
    declaration: {
      ...action("Approve", "Approval", "AWS", "Manual"),
      timeoutInMinutes: approvalTimeoutMinutes,
      configuration: {
        CustomData: `Release ${revision}`,
        ...(commitUrl !== undefined && { ExternalEntityLink: commitUrl }),
        ...(topicArn !== undefined && { NotificationArn: topicArn }),
      },
    },
    statements: topicArn === undefined ? [] : [publish(topicArn)],
  });
}

/** What the pipeline needs to start a project and to follow its build. */
export const startBuild = (project: Names["build"]): Statement => ({
  Effect: "Allow",
  Action: ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
  Resource: project.arn,
});

/** What every action declares: its name and its type, of version 1. */
export const action = (name: string, category: string, owner: string, provider: string) => ({
  name,
  category,
  owner,
  provider,
  version: "1",
});

/** A stage of these actions, with the sum of their statements. */
export function stage(name: string, ...actions: readonly Action[]): Stage {
  return {
    declaration: { name, actions: actions.map(({ declaration }) => declaration) },
    statements: actions.flatMap(({ statements }) => statements),
  };
}
