import { matchesGlob } from "node:path";
import type { Action, Filter, Pipeline, Trigger } from "./declaration.ts";

/** A branch of a repository that has new commits, or a tag that is new. */
export type Push = {
  readonly fullRepositoryId: string;
} & (
  | {
      readonly branch: string;
      /** Files that the commits change. */
      readonly files: readonly string[];
    }
  | { readonly tag: string }
);

/**
 * Source actions for which a push starts a run: by the pipeline's triggers, or, without triggers, by the action's
 * branch.
 */
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
        (gitConfiguration.push ?? []).some((filter) => isMeant(filter, push)),
      );
    }
    const { BranchName, DetectChanges } = action.configuration ?? {};
    return "branch" in push && BranchName === push.branch && DetectChanges?.toLowerCase() !== "false";
  });
}

type PushFilter = NonNullable<Trigger["gitConfiguration"]["push"]>[number];

// "Add trigger with code push or pull request event types": one filter of a trigger is enough, and all conditions of
// that filter must hold.
function isMeant({ branches, tags, filePaths }: PushFilter, push: Push): boolean {
  if ("tag" in push) return tags !== undefined && passes(tags, push.tag);
  if (branches === undefined && filePaths === undefined) return false;
  return (
    (branches === undefined || passes(branches, push.branch)) &&
    (filePaths === undefined || push.files.some((file) => passes(filePaths, file)))
  );
}

// The same page: "excludes" wins over "includes"; without "includes" it allows all else.
function passes({ includes, excludes = [] }: Filter, name: string): boolean {
  const matches = (pattern: string): boolean => matchesGlob(name, pattern);
  return (includes?.some(matches) ?? true) && !excludes.some(matches);
}
