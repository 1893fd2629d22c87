import { serviceLevel } from "./support-service.ts";
import { topLevel } from "./support-top.ts";

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

/** Every key of the Compose Specification, place by place; a test compares it with the specification's schema. */
export const levels: Level = { ...topLevel, named: { ...topLevel.named, services: serviceLevel } };

/** Every key a Compose service may have. */
export const support: Readonly<Record<string, Support>> = Object.fromEntries(
  Object.entries(serviceLevel.keys).map(([key, fate]) => [key, typeof fate === "string" ? "translated" : fate]),
);
