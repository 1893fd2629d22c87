/**
 * The variables that buildspec.yml and build/plan.ts read, by who sets them. Besides them the build project
 * sets each plain Compose variable, and each one marked for the build, under its own name.
 */
export const buildspecVariables = {
  project: [
    ...["BASE_IMAGES", "BUILD_CACHE", "COMPOSE_FILES", "COMPOSE_PARAMETERS", "COMPOSE_VARIABLES"],
    ...["ECS_CLUSTER", "ECS_ENV_NAME", "ECS_SERVICE", "ECS_SERVICES"],
    ...["PROMOTE_FROM", "PROMOTE_REPOSITORIES"],
    ...["RELEASE_DEFINITIONS", "RELEASE_REVISIONS", "RUN_TESTS", "SOURCE_REVISION"],
  ],
  /** One for each built image, see `repositoryVariable`. */
  projectPrefix: "REPOSITORY_",
  codebuild: ["CODEBUILD_BUILD_SUCCEEDING", "CODEBUILD_INITIATOR", "CODEBUILD_RESOLVED_SOURCE_VERSION"],
} as const;
