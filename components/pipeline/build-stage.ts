import type { Names } from "../kit/names.ts";
import { carriesCode, type Source, type SourceSettings } from "./source.ts";
import { action, stage, startBuild, type Stage } from "./stages.ts";

/** What decides where the images of a run come from. */
export interface FirstStageArgs {
  readonly names: Pick<Names, "build" | "images">;
  readonly source: Pick<SourceSettings, "provider">;
}

/** The stage that brings the images: it builds them from the commit, or takes ready-made ones. */
export const buildStage = ({ names, source }: FirstStageArgs, { artifacts }: Pick<Source, "artifacts">): Stage =>
  carriesCode(source) ? codeStage(names) : imagesStage(names, artifacts);

/**
 * Builds the commit's images and pushes them: buildspec.yml. A failure is tried once more, by itself: most are a registry
 * or a build host that is away, and what the first attempt has pushed is not built again (CodePipeline, "Configure a stage
 * for automatic retry").
 */
function codeStage(names: Pick<Names, "build">): Stage {
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
function imagesStage(names: Pick<Names, "images">, artifacts: readonly string[]): Stage {
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
