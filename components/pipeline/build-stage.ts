import type { Names } from "../kit/names.ts";
import { carriesCode, type Source, type SourceSettings } from "./source.ts";
import { action, stage, startBuild, type Stage } from "./stages.ts";

/** The arguments that decide where the images of a run come from. */
export interface FirstStageArgs {
  readonly names: Pick<Names, "build" | "images">;
  readonly source: Pick<SourceSettings, "provider">;
}

/** The stage that provides the images: it builds them from the commit, or takes ready-made ones. */
export const buildStage = ({ names, source }: FirstStageArgs, { artifacts }: Pick<Source, "artifacts">): Stage =>
  carriesCode(source) ? codeStage(names) : imagesStage(names, artifacts);

/**
 * The stage that builds the commit's images and pushes them, with buildspec.yml. It is retried once after a failure,
 * because most failures are a registry or a build host that is not available for a moment; what the first attempt has
 * pushed is not built again (CodePipeline, "Configure a stage for automatic retry").
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

/** The stage that takes ready-made images, if a run has no code to build; the first artifact is the primary one. */
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
