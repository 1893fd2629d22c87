// What a rehearsal needs of this package. The package compose-ecs-pipeline-local imports it by this door, as
// compose-ecs-pipeline/for-rehearsal; both packages have the same version, so it may change with every version.
export { run as runVerb } from "./cli.ts";
export { rehearseCommand, type LocalPackage, type RehearseOptions } from "./rehearse/local-package.ts";
export { problemOf } from "./kit/aws-problem.ts";
export { checkout } from "./kit/git.ts";
export { Refusal, UsageError } from "./kit/refusal.ts";
export { declaredIn, type DeclaredParameter } from "./pulumi/declared-parameters.ts";
export {
  completeConfiguration,
  ownConfiguration,
  projectConfiguration,
  type Configured,
} from "./pulumi/project-configuration.ts";
export { projectDirectory } from "./pulumi/project-directory.ts";
export { project } from "./pulumi/project.ts";
export { applicationDirectory, stackFiles } from "./pulumi/stack-files.ts";
export { runPulumi } from "./pulumi/run-pulumi.ts";
export { stackNames } from "./pulumi/stack-names.ts";
export { runStack, type Configuration, type Operation, type StackResult } from "./pulumi/stack.ts";
export { thisProcess } from "./pulumi/this-process.ts";
export { dollars } from "./up/cost-estimate.ts";
export { readCost, type PlacedEstimate } from "./up/cost.ts";
export { hoursAMonth, prices } from "./up/prices.ts";
export type { Clients, Surroundings } from "./verb/surroundings.ts";
export { terminal } from "./verb/terminal.ts";
