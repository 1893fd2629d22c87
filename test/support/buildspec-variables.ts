/**
 * The variables that buildspec.yml and its program (build/) read, by who sets them. Besides them the build project
 * sets each plain Compose variable, and each one marked for the build, under its own name.
 */
export const buildspecVariables = {
  project: [
    ...["BASE_IMAGES", "BUILD_CACHE", "BUILD_FORMAT", "COMPOSE_FILES", "COMPOSE_PARAMETERS", "COMPOSE_VARIABLES"],
    ...["ECS_CLUSTER", "ECS_ENV_NAME", "ECS_SERVICE", "ECS_SERVICES"],
    ...["PROMOTE_FROM", "PROMOTE_REPOSITORIES"],
    ...["RELEASE_DEFINITIONS", "RELEASE_PROGRAM", "RELEASE_PROGRAM_SHA256", "RELEASE_REVISIONS"],
    ...["RUN_TESTS", "SOURCE_DIRECTORY", "SOURCE_REVISION"],
  ],
  /** One for each built image, see `repositoryVariable`. */
  projectPrefix: "REPOSITORY_",
  codebuild: [
    "CODEBUILD_BUILD_SUCCEEDING",
    "CODEBUILD_INITIATOR",
    "CODEBUILD_RESOLVED_SOURCE_VERSION",
    "CODEBUILD_SRC_DIR",
  ],
} as const;
