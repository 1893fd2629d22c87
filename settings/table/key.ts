/** What every key of a stack's configuration has. */
interface Described {
  /** What the key is for; the text of Pulumi.yaml, docs/settings.md and the JSON schema. */
  readonly description: string;
}

/** A key with one text. */
export interface TextKey extends Described {
  readonly type: "string";
  readonly default: string;
  /** Whether the text may look like a list or an object in JSON. @default - false: somebody has written a list */
  readonly mayBeJson?: boolean;
}

/** A key with a whole number. */
export interface NumberKey extends Described {
  readonly type: "integer";
  readonly default: number;
}

/** A key with true or false. */
export interface FlagKey extends Described {
  readonly type: "boolean";
  readonly default: boolean;
}

/** A key with a list of texts; empty by default. */
export interface ListKey extends Described {
  readonly type: "array";
  readonly default: readonly string[];
}

/** A key of a stack's configuration: its type, its default and what it is for. */
export type KeyDescription = TextKey | NumberKey | FlagKey | ListKey;

export const text = (otherwise: string, description: string): TextKey => ({
  type: "string",
  default: otherwise,
  description,
});

export const number = (otherwise: number, description: string): NumberKey => ({
  type: "integer",
  default: otherwise,
  description,
});

export const flag = (otherwise: boolean, description: string): FlagKey => ({
  type: "boolean",
  default: otherwise,
  description,
});

export const list = (description: string): ListKey => ({ type: "array", default: [], description });
