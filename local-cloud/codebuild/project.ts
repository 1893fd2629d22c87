import { AwsError, type Input } from "../kit/service.ts";
import type { EnvironmentVariable } from "./environment.ts";

/** A build project, as the local cloud runs it. */
export interface Project {
  readonly name: string;
  readonly serviceRole: string;
  readonly sourceType: "CODEPIPELINE" | "NO_SOURCE" | "S3";
  /** `bucket/key` of an S3 source. */
  readonly sourceLocation: string | undefined;
  /** The text itself, or a path below the source. */
  readonly buildspec: { readonly inline: string } | { readonly path: string };
  readonly image: string;
  readonly privilegedMode: boolean;
  readonly variables: readonly EnvironmentVariable[];
  readonly timeoutMinutes: number;
  readonly encryptionKey: string;
  /** Absent: logs are switched off. */
  readonly logs: { readonly groupName: string; readonly streamName: string | undefined } | undefined;
  /** The input of CreateProject, which BatchGetProjects returns. */
  readonly input: Input;
}

/** The project of CreateProject's input; throws an AwsError for what is missing, wrong or not supported. */
export function readProject(input: Input): Project {
  const source = object(input.source, "source");
  const environment = object(input.environment, "environment");
  refuseUnsupported(input, environment);
  const name = text(input.name, "name");
  const timeoutMinutes = Number(input.timeoutInMinutes ?? 60);
  if (!(timeoutMinutes >= 5 && timeoutMinutes <= 2160)) {
    invalid(`timeoutInMinutes: ${timeoutMinutes} is out of range; choose from 5 to 2160`);
  }
  return {
    name,
    serviceRole: text(input.serviceRole, "serviceRole"),
    ...readSource(source),
    image: text(environment.image, "environment.image"),
    privilegedMode: environment.privilegedMode === true,
    variables: readVariables(environment.environmentVariables),
    timeoutMinutes,
    encryptionKey: (input.encryptionKey as string | undefined) ?? "alias/aws/s3",
    logs: readLogs(name, optional(optional(input.logsConfig).cloudWatchLogs)),
    input,
  };
}

/** Environment variables of a project or of StartBuild. */
export function readVariables(value: unknown): readonly EnvironmentVariable[] {
  return ((value ?? []) as readonly Input[]).map((variable) => {
    const name = text(variable.name, "environmentVariables.name");
    const type = (variable.type as string | undefined) ?? "PLAINTEXT";
    if (type !== "PLAINTEXT" && type !== "PARAMETER_STORE") {
      invalid(
        `environmentVariables.${name}: the local cloud does not support type ${type}; use PLAINTEXT or PARAMETER_STORE`,
      );
    }
    if (name.startsWith("CODEBUILD_")) invalid(`environmentVariables.${name}: the prefix is reserved; rename it`);
    const given = (variable.value as string | undefined) ?? "";
    // CodeBuild's own words (seen on AWS: wolfeidau/buildkite-serverless-agent#35).
    if (given.length > 4096) invalid("EnvironmentVariable should be at most 4096 characters");
    return { name, value: given, type: type as "PLAINTEXT" };
  });
}

/** A build's source, and where its buildspec is. */
export function readSource(source: Input): Pick<Project, "sourceType" | "sourceLocation" | "buildspec"> {
  const sourceType = text(source.type, "source.type");
  if (sourceType !== "CODEPIPELINE" && sourceType !== "NO_SOURCE" && sourceType !== "S3") {
    return invalid(`source.type: the local cloud does not support ${sourceType}; use CODEPIPELINE, NO_SOURCE or S3`);
  }
  const buildspec = source.buildspec as string | undefined;
  const inline = buildspec !== undefined && (buildspec.includes("\n") || buildspec.startsWith("{"));
  if (sourceType === "NO_SOURCE" && !inline) invalid("source.buildspec: NO_SOURCE needs the buildspec itself");
  return {
    sourceType,
    sourceLocation: source.location as string | undefined,
    buildspec: inline ? { inline: buildspec } : { path: buildspec ?? "buildspec.yml" },
  };
}

function readLogs(project: string, logs: Input): Project["logs"] {
  if (logs.status === "DISABLED") return undefined;
  return {
    groupName: (logs.groupName as string | undefined) ?? `/aws/codebuild/${project}`,
    streamName: logs.streamName as string | undefined,
  };
}

/** Refuses settings that would change a build's outcome and have no effect here. */
function refuseUnsupported(input: Input, environment: Input): void {
  const cache = optional(input.cache);
  const modes = (cache.modes ?? []) as readonly string[];
  // this machine's engine keeps its layers, as this mode does when a build host is used again
  const layerCache = cache.type === "LOCAL" && modes.every((mode) => mode === "LOCAL_DOCKER_LAYER_CACHE");
  const refused: readonly (readonly [string, boolean])[] = [
    ["cache", (cache.type ?? "NO_CACHE") !== "NO_CACHE" && !layerCache],
    ["artifacts.type", !["CODEPIPELINE", "NO_ARTIFACTS"].includes(String(optional(input.artifacts).type))],
    ["secondarySources", filled(input.secondarySources)],
    ["secondaryArtifacts", filled(input.secondaryArtifacts)],
    ["vpcConfig", filled(optional(input.vpcConfig).subnets)],
    ["fileSystemLocations", filled(input.fileSystemLocations)],
    ["buildBatchConfig", Object.keys(optional(input.buildBatchConfig)).length > 0],
    ["logsConfig.s3Logs", optional(optional(input.logsConfig).s3Logs).status === "ENABLED"],
    ["environment.type", !["LINUX_CONTAINER", "ARM_CONTAINER"].includes(String(environment.type))],
    ["environment.registryCredential", environment.registryCredential !== undefined],
  ];
  const keys = refused.filter(([, here]) => here).map(([key]) => key);
  if (keys.length > 0)
    invalid(`${keys.join(", ")}: the local cloud does not support this value; see local-cloud/codebuild/project.ts`);
}

function filled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function optional(value: unknown): Input {
  return (value ?? {}) as Input;
}

function object(value: unknown, where: string): Input {
  return typeof value === "object" && value !== null ? (value as Input) : invalid(`${where}: is required; give it`);
}

function text(value: unknown, where: string): string {
  return typeof value === "string" && value !== "" ? value : invalid(`${where}: is required; give it`);
}

function invalid(message: string): never {
  throw new AwsError("InvalidInputException", message);
}
