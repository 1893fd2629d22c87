/** The inputs of a resource; whatever the program left out is missing. */
export type Inputs = Readonly<Record<string, unknown>>;

/** What a resource must not be, whoever adds it. */
export interface Rule {
  /** Name by which `pulumi policy` tells a violation. */
  readonly name: string;
  readonly description: string;
  /** Types of the resources it looks at. */
  readonly types: readonly string[];
  /** What is wrong, and what to do; undefined where nothing is. */
  readonly check: (inputs: Inputs, options: Options) => string | undefined;
}

/** What a rule may know of a resource beside its inputs. */
export interface Options {
  /** Whether Pulumi refuses to delete it. */
  readonly protect: boolean;
  readonly stack: string;
}

/** A value that may be written alone or as a list. */
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
