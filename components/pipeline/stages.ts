import type * as aws from "@pulumi/aws";
import type { Names } from "../kit/names.ts";
import type { Statement } from "../kit/statement.ts";

/** A stage of the pipeline, or an action of a stage, together with what the pipeline's role needs for it. */
export interface Part<Declaration> {
  readonly declaration: Declaration;
  readonly statements: readonly Statement[];
}
export type Stage = Part<StageDeclaration>;
export type Action = Part<aws.types.input.codepipeline.PipelineStageAction>;

/** PipelineStage of the provider, with actions that are known without waiting for an Output. */
export interface StageDeclaration {
  readonly name: string;
  readonly actions: aws.types.input.codepipeline.PipelineStageAction[];
  /** @default - a failure ends the run */
  readonly onFailure?: aws.types.input.codepipeline.PipelineStageOnFailure;
  readonly beforeEntry?: aws.types.input.codepipeline.PipelineStageBeforeEntry;
}

/** The permission to start a project and to follow its build. */
export const startBuild = (project: Names["build"]): Statement => ({
  Effect: "Allow",
  Action: ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
  Resource: project.arn,
});

/** What every action declares: its name and its type, in version 1. */
export const action = (name: string, category: string, owner: string, provider: string) => ({
  name,
  category,
  owner,
  provider,
  version: "1",
});

/** A stage of these actions, with all their statements. */
export function stage(name: string, ...actions: readonly Action[]): Stage {
  return {
    declaration: { name, actions: actions.map(({ declaration }) => declaration) },
    statements: actions.flatMap(({ statements }) => statements),
  };
}
