// The package compose-ecs-pipeline-local, as the verb `rehearse` of compose-ecs-pipeline loads it.
export { rehearse } from "./any/rehearse.ts";
