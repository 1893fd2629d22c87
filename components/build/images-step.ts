import type { Application, Container } from "../../compose/index.ts";
import type { Architecture } from "../kit/architecture.ts";
import { artifactsOf } from "../pipeline/image-source.ts";
import { getProgram, programVariables } from "./build-program.ts";
import type { Step } from "./build-project.ts";
import type { Program } from "./bundle-program.ts";
import type { Names } from "../kit/names.ts";
import { useArtifactKey } from "../kit/statement.ts";
import { stepBuildspec } from "./step-buildspec.ts";

export interface ImagesStepArgs {
  readonly names: Names;
  readonly application: Pick<Application, "services" | "release" | "images">;
  readonly architecture: Architecture;
  /** What the step runs. */
  readonly program: Program;
  readonly logRetentionDays: number;
}

/** The step that turns the imageDetail.json of each ready-made image into the files that a build would have written: image definitions and release.json. */
export function imagesStep(args: ImagesStepArgs): Step {
  const { names, application, architecture, logRetentionDays } = args;
  const { artifactBucket, place } = names;
  const artifacts = artifactsOf(application.images.map(({ name }) => name));
  const definitions = application.services
    .map(({ name, containers }) => [names.service(name).imageDefinitions, builtOf(containers)] as const)
    .filter(([, containers]) => containers.length > 0);
  return {
    place,
    artifactBucket,
    projectName: names.images.name,
    description: "Says which ready-made images are released",
    buildspec: stepBuildspec("images", ["imagedefinitions*.json", "release.json"]),
    timeoutMinutes: 5,
    environment: {
      ...programVariables(args),
      // Docker's name of the processor.
      ARCHITECTURE: architecture === "arm64" ? "arm64" : "amd64",
      IMAGES: JSON.stringify(
        application.images.map(({ name }, index) => ({
          image: name,
          repository: names.repository(name).name,
          artifact: artifacts[index] ?? "",
        })),
      ),
      IMAGE_DEFINITIONS: JSON.stringify(Object.fromEntries(definitions)),
      RELEASE: JSON.stringify(application.release.map(({ name, image }) => ({ name, ...image }))),
    },
    statements: [
      getProgram(names),
      { Effect: "Allow", Action: "s3:PutObject", Resource: `${artifactBucket.arn}/*` },
      ...useArtifactKey(names, "kms:GenerateDataKey"),
      { Effect: "Allow", Action: "ecr:BatchGetImage", Resource: names.repository("*").arn },
    ],
    logRetentionDays,
  };
}

/** The containers that run an image of the environment's own repositories. */
const builtOf = (containers: readonly Container[]) =>
  containers.flatMap(({ name, image }) => ("built" in image ? [{ name, built: image.built }] : []));
