/** The second entry point of components/: the decisions that are plain data. It loads neither Pulumi's engine nor the AWS provider. */
export {
  composeFileArgs,
  fitToStack,
  readStackApplication,
  requireApplicationDirectory,
  variables,
} from "./application/compose-file.ts";
export { targetCheck } from "./balancer/balancer-entry.ts";
export { withBucket } from "./data/store-settings.ts";
export { bundleProgram } from "./build/bundle-program.ts";
export type { EnvironmentOutputs } from "./outputs.ts";
export { compiled } from "./kit/compiled.ts";
export { composeCommand, verbCommand } from "./kit/command.ts";
export { namesOf, type Names } from "./kit/names.ts";
export { Refusal } from "./kit/refusal.ts";
export { containerDefinitions, taskTemplate } from "./service/task-template.ts";
export { version } from "./kit/version.ts";
