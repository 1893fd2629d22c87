export { envFileValues } from "./files/env-file-values.ts";
export type { Application, PulledImage } from "./task/application.ts";
export type { BalancerRule } from "./keys/balancer.ts";
export type { Entry } from "./task/entry.ts";
export { changedKeys, composeLabel, parametersLabel, templateLabel } from "./task/fingerprint.ts";
export { type Fingerprint } from "./task/draft.ts";
export {
  describeFargateMemory,
  fargateCpus,
  fargateMemory,
  fargateSize,
  isFargateSize,
  type FargateSize,
} from "./keys/fargate-size.ts";
export type { Container } from "./task/draft.ts";
export type { ContainerFile } from "./files/container-file.ts";
export type { Dependency } from "./files/depends-on.ts";
export type { HealthCheck } from "./keys/health-check.ts";
export { composeProject, repositoryVariable, type Image, type ImageSource } from "./keys/image.ts";
export type { Variable, Variables } from "./tree/interpolate.ts";
export { ownLabels } from "./keys/labels.ts";
export type { Mount } from "./keys/mounts.ts";
export { parseYaml } from "./tree/parse-yaml.ts";
export { placesOf, writtenLines, type WrittenLine } from "./tree/places.ts";
export { ComposeError, collectProblems, type Position, type Problem, type Report } from "./tree/problem.ts";
export type { Source } from "./files/document.ts";
export { readApplication, type ReadApplication } from "./task/read-application.ts";
export { type ComposeFile, type Service } from "./keys/service.ts";
export type { Ignored } from "./support/classify.ts";
export type { Exists } from "./files/project.ts";
export type { Note } from "./keys/lenders.ts";
export { closest } from "./tree/spelling.ts";
export { levels, support } from "./support/support.ts";
export { type Level, type Support } from "./support/support-level.ts";
export type { Task } from "./task/task.ts";
export type { TestBuild, Tests } from "./keys/tests.ts";
export type { Processor } from "./keys/platform.ts";
export type { PolicyStatement } from "./keys/policy.ts";
export { valueOf, type Mapping, type Value } from "./tree/tree.ts";
export type { Update } from "./keys/update.ts";
export { filesImage } from "./keys/files-service.ts";
export { efsKeys, type EfsVolume } from "./keys/volumes.ts";
export { ecsKeys, type ServiceScaling, type Spot } from "./keys/x-ecs.ts";
