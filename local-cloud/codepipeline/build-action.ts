import type { Caller } from "../kit/service.ts";
import { ActionFailure } from "./action.ts";
import type { ActionHandler } from "./action.ts";
import type { StoredArtifact } from "./run.ts";

/** Starts a build as CodePipeline does: the caller needs StartBuild and BatchGetBuilds on the project. */
export type BuildRunner = (request: {
  readonly projectName: string;
  readonly caller: Caller;
  /** `codepipeline/<pipeline>` */
  readonly initiator: string;
  readonly environmentOverrides: readonly BuildVariable[];
  readonly source?: Place;
  /** Further sources, by their artifacts' names. */
  readonly secondary: Readonly<Record<string, Place>>;
  readonly output?: Place;
  readonly sourceVersion?: string;
  readonly resolvedSourceVersion?: string;
}) => Promise<{
  readonly buildId: string;
  readonly done: Promise<{
    readonly status: string;
    readonly artifact: Place | undefined;
    readonly exportedVariables: readonly { readonly name: string; readonly value: string }[];
    readonly logTail: readonly string[];
  }>;
}>;

/** A variable of a build in the configuration of an action. */
export interface BuildVariable {
  readonly name: string;
  readonly value: string;
  readonly type: "PLAINTEXT" | "PARAMETER_STORE" | "SECRETS_MANAGER";
}

interface Place {
  readonly bucket: string;
  readonly key: string;
}

/** The CodeBuild action: one build of a project, with the input artifacts as its sources. */
export function buildAction(startBuild: BuildRunner): ActionHandler {
  return async ({ configuration, inputs, outputs, pipeline, caller, signal, show }) => {
    if (configuration["BatchEnabled"] === "true")
      throw new ActionFailure("ConfigurationError", "BatchEnabled: the local cloud runs no batches");
    if (outputs.length > 1)
      throw new ActionFailure("ConfigurationError", "OutputArtifacts: the local cloud supports only one");
    const primary = primarySource(inputs, configuration["PrimarySource"]);
    const [output] = outputs;
    const build = await startBuild({
      projectName: configuration["ProjectName"] ?? "",
      caller,
      initiator: `codepipeline/${pipeline.name}`,
      environmentOverrides: readVariables(configuration["EnvironmentVariables"]),
      secondary: Object.fromEntries(inputs.filter((input) => input !== primary).map((input) => [input.name, input])),
      ...(primary === undefined
        ? {}
        : { source: primary, sourceVersion: `arn:aws:s3:::${primary.bucket}/${primary.key}` }),
      ...(primary?.revision === undefined ? {} : { resolvedSourceVersion: primary.revision.id }),
      ...(output === undefined ? {} : { output }),
    });
    show({ externalExecutionId: build.buildId });
    const result = await Promise.race([build.done, aborted(signal)]);
    if (result.status !== "SUCCEEDED") {
      throw new ActionFailure("JobFailed", `Build terminated with state: ${result.status}`);
    }
    const variables = Object.fromEntries(result.exportedVariables.map(({ name, value }) => [name, value]));
    return { variables, outputs: result.artifact === undefined ? [] : outputs };
  };
}

/** The input that CODEBUILD_SRC_DIR holds: the only one, or the one that `PrimarySource` names. */
export function primarySource(
  inputs: readonly StoredArtifact[],
  wanted: string | undefined,
): StoredArtifact | undefined {
  if (wanted === undefined && inputs.length > 1)
    throw new ActionFailure(
      "ConfigurationError",
      "PrimarySource is required when there is more than one input artifact",
    );
  const found = wanted === undefined ? inputs[0] : inputs.find(({ name }) => name === wanted);
  if (found === undefined && wanted !== undefined)
    throw new ActionFailure("ConfigurationError", `PrimarySource ${wanted} is not one of the input artifacts`);
  return found;
}

/** Variables of an action's EnvironmentVariables, which are JSON. */
export function readVariables(text: string | undefined): readonly BuildVariable[] {
  if (text === undefined) return [];
  const variables = JSON.parse(text) as readonly (Omit<BuildVariable, "type"> & Partial<BuildVariable>)[];
  return variables.map(({ name, value, type = "PLAINTEXT" }) => ({ name, value, type }));
}

/** Never resolves; rejects when the result is not needed any more. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => {
      reject(new ActionFailure("JobFailed", "abandoned"));
    };
    if (signal.aborted) fail();
    signal.addEventListener("abort", fail, { once: true });
  });
}
