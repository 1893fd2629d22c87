/** The inputs of a resource; whatever the program left out is missing. */
export type Inputs = Readonly<Record<string, unknown>>;

/** What a resource must not be, whoever adds it. */
export interface Rule {
  /** Name under which Pulumi reports a violation. */
  readonly name: string;
  readonly description: string;
  /** Types of the resources that it checks. */
  readonly types: readonly string[];
  /** What is wrong, and what to do; undefined if nothing is wrong. */
  readonly check: (inputs: Inputs, options: Options) => string | undefined;
}

/** What a rule may know of a resource besides its inputs. */
export interface Options {
  /** Whether Pulumi refuses to delete it. */
  readonly protect: boolean;
  readonly stack: string;
}

/** A list; a single value may be written without one. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
