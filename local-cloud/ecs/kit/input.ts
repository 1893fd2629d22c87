import { AwsError } from "../../kit/service.ts";
import type { Input } from "../../kit/service.ts";
import type { Tag } from "./state.ts";

/** A string of a request; throws ECS's error when it is missing. */
export function required(input: Input, name: string): string {
  const value = input[name];
  if (typeof value !== "string" || value === "") {
    throw new AwsError(
      "InvalidParameterException",
      `${name[0]?.toUpperCase() ?? ""}${name.slice(1)} can not be blank.`,
    );
  }
  return value;
}

/** A string of a request that may be missing. */
export function optional(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A list of strings of a request. */
export function strings(input: Input, name: string): readonly string[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** A list of objects of a request. */
export function objects(input: Input, name: string): readonly Input[] {
  const value = input[name];
  return Array.isArray(value) ? (value as readonly Input[]) : [];
}

/** A number of a request. */
export function integer(input: Input, name: string): number | undefined {
  const value = input[name];
  return typeof value === "number" ? value : undefined;
}

/** The tags of a request. */
export function tagsOf(input: Input): readonly Tag[] {
  return objects(input, "tags").map(({ key, value }) => ({
    key: String(key),
    value: typeof value === "string" ? value : "",
  }));
}

/** A request without some of its fields. */
export function without(input: Input, ...names: readonly string[]): Input {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !names.includes(name)));
}

/** Whether a request to describe something asks for tags: `include` has TAGS. */
export function wantsTags(input: Input): boolean {
  return strings(input, "include").includes("TAGS");
}

/** One page of a list: ECS's `maxResults`, at most 100, and `nextToken`, which here is the index of the next item. */
export function page<T>(
  input: Input,
  all: readonly T[],
  defaultSize = 100,
): { readonly items: readonly T[]; readonly nextToken?: string } {
  const from = Number(optional(input, "nextToken") ?? 0);
  const size = Math.min(integer(input, "maxResults") ?? defaultSize, 100);
  const end = from + size;
  return { items: all.slice(from, end), ...(end < all.length ? { nextToken: String(end) } : {}) };
}

/** A list of at most 20 ARNs, which some operations that describe take; throws when there are more. */
export function upTo20(input: Input, name: string): readonly string[] {
  const arns = strings(input, name);
  if (arns.length > 20)
    throw new AwsError("InvalidParameterException", `${name} has ${arns.length} ARNs; at most 20 are allowed.`);
  return arns;
}
