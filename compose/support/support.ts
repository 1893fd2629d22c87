import { serviceLevel } from "./support-service.ts";
import { topLevel } from "./support-top.ts";
import type { Support, Level } from "./support-level.ts";

/** Every key of the Compose Specification, place by place; a test compares it with the specification's schema. */
export const levels: Level = { ...topLevel, named: { ...topLevel.named, services: serviceLevel } };

/** Every key a Compose service may have. */
export const support: Readonly<Record<string, Support>> = Object.fromEntries(
  Object.entries(serviceLevel.keys).map(([key, fate]) => [key, typeof fate === "string" ? "translated" : fate]),
);
