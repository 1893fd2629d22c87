import { compiled } from "./compiled.ts";

/** How a person starts a verb: an installed package is compiled and has a command, this repository has a script. */
export const verbCommand = compiled ? "npx compose-ecs-pipeline" : "npm run release --";

/** How a person starts `check` and `explain`, which read Compose files. */
export const composeCommand = compiled ? "npx compose-ecs-pipeline compose" : "npm run compose --";
