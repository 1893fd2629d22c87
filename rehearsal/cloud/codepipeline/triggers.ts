import { matchesGlob } from "node:path";
import type { Action, Filter, Pipeline } from "./declaration.ts";

/** A branch of a repository that has new commits. */
export interface Push {
  readonly fullRepositoryId: string;
  readonly branch: string;
}

/** Source actions for which a push starts a run: by the pipeline's triggers, or, without any, by the action's own branch. */
export function startedBy(pipeline: Pipeline, push: Push): readonly Action[] {
  const sources = (pipeline.stages[0]?.actions ?? []).filter(
    ({ configuration, actionTypeId }) =>
      actionTypeId.provider === "CodeStarSourceConnection" &&
      configuration?.["FullRepositoryId"] === push.fullRepositoryId,
  );
  return sources.filter((action) => {
    const triggers = (pipeline.triggers ?? []).filter(
      ({ gitConfiguration }) => gitConfiguration.sourceActionName === action.name,
    );
    if (triggers.length > 0) {
      return triggers.some(({ gitConfiguration }) =>
        (gitConfiguration.push ?? []).some(({ branches }) => branches !== undefined && passes(branches, push.branch)),
      );
    }
    const { BranchName, DetectChanges } = action.configuration ?? {};
    return BranchName === push.branch && DetectChanges?.toLowerCase() !== "false";
  });
}

function passes({ includes, excludes = [] }: Filter, name: string): boolean {
  const matches = (pattern: string): boolean => matchesGlob(name, pattern);
  return (includes?.some(matches) ?? true) && !excludes.some(matches);
}
