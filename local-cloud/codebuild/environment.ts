import type { Buildspec } from "./buildspec-types.ts";
/** A variable of a project or of one build, in CodeBuild's form. */
export interface EnvironmentVariable {
  readonly name: string;
  /** The value itself, or with PARAMETER_STORE the parameter's name. */
  readonly value: string;
  readonly type?: "PLAINTEXT" | "PARAMETER_STORE";
}

/**
 * Variables of this machine that a build gets, because without them it reaches no package registry and
 * finds no tool: proxies, certificates, registry settings, locale. It gets no other variables of this machine.
 */
export const passedOn: readonly string[] = [
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]),
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "PIP_CERT"],
  ...["GIT_SSL_CAINFO", "AWS_CA_BUNDLE"],
  ...["npm_config_registry", "npm_config_cafile", "npm_config_cache", "NPM_CONFIG_REGISTRY", "NPM_CONFIG_USERCONFIG"],
  ...["PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_CONFIG_FILE", "GOPROXY", "GOSUMDB", "GONOSUMDB"],
  ...["PYENV_ROOT", "LANG", "LC_ALL", "TZ", "COMPOSE_BAKE"],
];

/** The variables of a build before parameters are looked up: start-build before project before buildspec. */
export function mergeVariables(
  buildspec: Buildspec,
  project: readonly EnvironmentVariable[],
  overrides: readonly EnvironmentVariable[],
): readonly EnvironmentVariable[] {
  const merged = new Map<string, EnvironmentVariable>();
  for (const [name, value] of Object.entries(buildspec.variables)) merged.set(name, { name, value });
  for (const [name, value] of Object.entries(buildspec.parameterStore)) {
    merged.set(name, { name, value, type: "PARAMETER_STORE" });
  }
  for (const variable of [...project, ...overrides]) merged.set(variable.name, variable);
  return [...merged.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** What the documented variables of a build environment need. */
export interface BuildFacts {
  readonly buildId: string;
  readonly buildArn: string;
  readonly buildNumber: number;
  readonly projectArn: string;
  readonly image: string;
  readonly initiator: string;
  readonly kmsKeyId: string;
  readonly logStream: string;
  readonly resolvedSourceVersion: string | undefined;
  readonly sourceVersion: string | undefined;
  readonly sourceDirectory: string;
  /** Folders of secondary sources by identifier. */
  readonly secondaryDirectories: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly startTime: number;
  readonly region: string;
}

/** Variables that CodeBuild itself sets. Source: CodeBuild user guide, "Environment variables in build environments". */
export function documentedVariables(facts: BuildFacts): Readonly<Record<string, string>> {
  const secondary = Object.entries(facts.secondaryDirectories);
  return {
    AWS_DEFAULT_REGION: facts.region,
    AWS_REGION: facts.region,
    CODEBUILD_BUILD_ARN: facts.buildArn,
    CODEBUILD_BUILD_ID: facts.buildId,
    CODEBUILD_BUILD_IMAGE: facts.image,
    CODEBUILD_BUILD_NUMBER: String(facts.buildNumber),
    CODEBUILD_BUILD_SUCCEEDING: "1",
    CODEBUILD_INITIATOR: facts.initiator,
    CODEBUILD_KMS_KEY_ID: facts.kmsKeyId,
    CODEBUILD_LOG_PATH: facts.logStream,
    CODEBUILD_PROJECT_ARN: facts.projectArn,
    CODEBUILD_SRC_DIR: facts.sourceDirectory,
    CODEBUILD_START_TIME: String(facts.startTime),
    ...(facts.resolvedSourceVersion === undefined
      ? {}
      : { CODEBUILD_RESOLVED_SOURCE_VERSION: facts.resolvedSourceVersion }),
    ...(facts.sourceVersion === undefined ? {} : { CODEBUILD_SOURCE_VERSION: facts.sourceVersion }),
    ...Object.fromEntries(secondary.map(([name, folder]) => [`CODEBUILD_SRC_DIR_${name}`, folder])),
  };
}

/**
 * The variables that a build exports: neither parameters nor AWS's variables. Source: "Buildspec syntax",
 * exported-variables.
 */
export function exportedVariables(
  names: readonly string[],
  environment: Readonly<Record<string, string>>,
  parameters: readonly string[],
): readonly { readonly name: string; readonly value: string }[] {
  return names
    .filter((name) => !name.startsWith("AWS_") && !parameters.includes(name))
    .flatMap((name) => (environment[name] === undefined ? [] : [{ name, value: environment[name] }]));
}

/** A line with every secret in it replaced by `***`, as CodeBuild's log shows it. */
export function masked(line: string, secrets: readonly string[]): string {
  return secrets
    .flatMap((secret) => secret.split("\n"))
    .filter((part) => part.trim() !== "")
    .toSorted((one, other) => other.length - one.length)
    .reduce((text, secret) => text.replaceAll(secret, "***"), line);
}
