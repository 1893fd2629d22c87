import type { PolicyStatement } from "../compose/index.ts";

/** What a team's own program adds to the configuration of its stacks: the arguments of `deliver`. */
export interface Additions {
  /** Plain variables of the Compose files. Plain text, because it is compared with what runs. @default - none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Statements about what containers may do, as in `policy` of `x-ecs`. @default - none */
  readonly policy?: readonly PolicyStatement[];
  /** Names of configuration keys that the team's own program reads. @default - none */
  readonly otherKeys?: readonly string[];
}
