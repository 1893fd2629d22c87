export { envFileValues } from "./env-file-values.ts";
export { toApplication, type Application } from "./application.ts";
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
export type { Dependency } from "./depends-on.ts";
export type { HealthCheck } from "./health-check.ts";
export { composeProject, repositoryVariable, type Image, type ImageSource } from "./image.ts";
export type { Variable, Variables } from "./interpolate.ts";
export type { Mount } from "./mounts.ts";
export { ComposeError, type Problem } from "./problem.ts";
export type { Source } from "./document.ts";
export { readCompose, type ComposeFile, type Service } from "./read.ts";
export { support, type Support } from "./support.ts";
export type { Task } from "./task.ts";
export type { TestBuild, Tests } from "./tests.ts";
export type { ServiceScaling } from "./x-ecs.ts";
