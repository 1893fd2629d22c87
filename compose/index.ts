// Compose files: the call that reads them, what they say, and what ECS runs.
export { readApplication, type ReadApplication } from "./task/read-application.ts";
export type { Source } from "./files/document.ts";
export type { Exists } from "./files/project.ts";
export type { Variable, Variables } from "./tree/interpolate.ts";
export { type ComposeFile, type Service } from "./keys/service.ts";
export type { Application, PulledImage } from "./task/application.ts";
export type { Ignored, Level, Support } from "./support/classify.ts";
export type { Note } from "./keys/lenders.ts";

// A task and what it is made of.
export type { Task } from "./task/task.ts";
export type { Container } from "./task/draft.ts";
export type { ContainerFile } from "./files/container-file.ts";
export type { Dependency } from "./files/depends-on.ts";
export type { HealthCheck } from "./keys/health-check.ts";
export type { Mount } from "./keys/mounts.ts";
export type { Processor } from "./keys/platform.ts";
export { policyProblems, type PolicyStatement } from "./keys/policy.ts";
export type { Update } from "./keys/update.ts";
export type { Entry } from "./task/entry.ts";
export type { BalancerRule } from "./keys/balancer.ts";
export { efsKeys, type EfsVolume } from "./keys/volumes.ts";
export { ecsKeys, type ServiceScaling, type Spot } from "./keys/x-ecs.ts";
export {
  describeFargateMemory,
  fargateCpus,
  fargateMemory,
  fargateSize,
  isFargateSize,
  type FargateSize,
} from "./keys/fargate-size.ts";

// What a build needs.
export { composeProject, repositoryVariable, type Image, type ImageSource } from "./keys/image.ts";
export type { TestBuild, Tests } from "./keys/tests.ts";
export { filesImage } from "./keys/files-service.ts";

// How a running container is compared with a commit.
export { changedKeys, composeLabel, parametersLabel, templateLabel } from "./task/fingerprint.ts";
export { type Fingerprint } from "./task/draft.ts";
export { ownLabels } from "./keys/labels.ts";

// Problems and places in files.
export { ComposeError, collectProblems, type Position, type Problem, type Report } from "./tree/problem.ts";
export { placesOf, writtenLines, type WrittenLine } from "./tree/places.ts";

// What becomes of each key of the Compose Specification.
export { levels, support } from "./support/support.ts";

// Readers of YAML and env files, also for other files.
export { parseYaml } from "./tree/parse-yaml.ts";
export { valueOf, type Mapping, type Value } from "./tree/tree.ts";
export { envFileValues } from "./files/env-file-values.ts";
export { closest } from "./tree/spelling.ts";
