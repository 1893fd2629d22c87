import { randomBytes, randomInt } from "node:crypto";
import type { World } from "../../kit/service.ts";

/** Region and account of ARNs. */
export type Place = Pick<World, "region" | "accountId">;

/** An ECS ARN: `ecsArn(place, "cluster", "shop")`. */
export function ecsArn(place: Place, ...path: readonly string[]): string {
  return `arn:aws:ecs:${place.region}:${place.accountId}:${path.join("/")}`;
}

/** The name in a name or an ARN: the part after the last slash. */
export function lastPart(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf("/") + 1);
}

/** A cluster's name from its name or ARN; `default` when none is given, as in ECS. */
export function clusterName(given: unknown): string {
  return typeof given === "string" && given !== "" ? lastPart(given) : "default";
}

/** Family and revision of `family`, `family:revision` or a task definition's ARN. */
export function parseFamily(given: string): { readonly family: string; readonly revision?: number } {
  const [family = "", revision] = lastPart(given).split(":");
  return revision === undefined ? { family } : { family, revision: Number(revision) };
}

/** Identifier of a task: 32 hex digits. */
export function newTaskId(): string {
  return randomBytes(16).toString("hex");
}

/** The digits of a deployment's identifier. */
export function newDigits(): string {
  return Array.from({ length: 19 }, (_, index) => (index === 0 ? randomInt(1, 10) : randomInt(10))).join("");
}
