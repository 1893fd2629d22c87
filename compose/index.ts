export { envFileValues } from "./env-file-values.ts";
export { toApplication, type Application, type PulledImage } from "./application.ts";
export type { BalancerRule } from "./balancer.ts";
export type { Entry } from "./entry.ts";
export { changedKeys, composeLabel, parametersLabel, templateLabel, type Fingerprint } from "./fingerprint.ts";
export {
  describeFargateMemory,
  fargateCpus,
  fargateMemory,
  fargateSize,
  isFargateSize,
  type FargateSize,
} from "./fargate-size.ts";
export type { Container } from "./container.ts";
export type { ContainerFile } from "./container-file.ts";
export type { Dependency } from "./depends-on.ts";
export type { HealthCheck } from "./health-check.ts";
export { composeProject, repositoryVariable, type Image, type ImageSource } from "./image.ts";
export type { Variable, Variables } from "./interpolate.ts";
export { ownLabels } from "./labels.ts";
export type { Mount } from "./mounts.ts";
export { parseYaml } from "./parse-yaml.ts";
export { placesOf, writtenLines, type WrittenLine } from "./places.ts";
export { ComposeError, collectProblems, type Position, type Problem, type Report } from "./problem.ts";
export type { Source } from "./document.ts";
export { readCompose, type ComposeFile, type Service } from "./read.ts";
export type { Ignored } from "./classify.ts";
export type { Exists } from "./build-files.ts";
export type { Note } from "./lenders.ts";
export { closest } from "./spelling.ts";
export { levels, support } from "./support.ts";
export { type Level, type Support } from "./support-level.ts";
export type { Task } from "./task.ts";
export type { TestBuild, Tests } from "./tests.ts";
export type { Processor } from "./platform.ts";
export type { PolicyStatement } from "./policy.ts";
export { valueOf, type Mapping, type Value } from "./tree.ts";
export type { Update } from "./update.ts";
export { filesImage } from "./files-service.ts";
export { efsKeys, type EfsVolume } from "./volumes.ts";
export { ecsKeys, type ServiceScaling, type Spot } from "./x-ecs.ts";
