/** What becomes of a Compose key on its way to ECS: the answer a person gets who wrote it. */
export type Support =
  "translated" | { readonly ignored: string } | { readonly rejected: string; readonly remedy?: string };

/** The same with what a translated key becomes. */
export type Fate = string | Exclude<Support, string>;

/** The keys of one place of a Compose file. */
export interface Level {
  readonly keys: Readonly<Record<string, Fate>>;
  /** Places below translated keys: a mapping, or each item of a list. */
  readonly below?: Readonly<Record<string, Level>>;
  /** Places below translated keys that hold names of the user's, and a mapping for each. */
  readonly named?: Readonly<Record<string, Level>>;
  /** Whether `x-ecs` has a meaning here. @default - it has none, and is refused */
  readonly extended?: boolean;
}
