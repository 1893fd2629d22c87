import type * as pulumi from "@pulumi/pulumi";

import type { Properties } from "./wire.ts";

/** A resource's inputs as the provider gets them: every Output resolved. */
export type Plain<Args> = pulumi.Unwrap<Args>;

/** The result of creating a resource: its id, and the outputs that are not inputs. */
export interface Made {
  readonly id: string;
  readonly outputs: Properties;
}

/** A resource that was found in AWS by its id. */
export interface Found {
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** One resource type of the provider, in the terms of the real provider's schema. */
export interface Handler<Args = Properties> {
  /** The input that is named after the resource, with a random suffix, when the program gives none. */
  readonly autoname?: keyof Args & string;
  /** Inputs whose change replaces the resource; without `update`, every change does. */
  readonly replaceOn: readonly (keyof Args & string)[];
  /** Inputs that hold JSON and are compared as such. */
  readonly json?: readonly (keyof Args & string)[];
  /** Outputs that are always secret. */
  readonly secret?: readonly string[];
  readonly create: (inputs: Args) => Promise<Made>;
  /** Returns outputs that are not inputs and have changed. */
  readonly update?: (id: string, inputs: Args, before: Args & Properties) => Promise<Properties>;
  readonly delete?: (id: string, state: Args & Properties) => Promise<void>;
  /** Returns what is different in AWS now, or undefined when the resource is gone. */
  readonly read?: (id: string, state: Args & Properties) => Promise<Properties | undefined>;
  /** Finds a resource by its id alone, as an import does; undefined when there is none. */
  readonly find?: (id: string) => Promise<Found | undefined>;
  /** Whether the resource exists in Pulumi's state only, without any call. */
  readonly recorded?: true;
}

/** Handlers by type token. */
export type Handlers = Readonly<Record<string, Handler>>;

/** Functions by token; an error has the real provider's wording. */
export type Invokes = Readonly<Record<string, (args: Properties) => Promise<Properties>>>;

/** Drops the type of a handler's arguments: the SDK's types have already checked them. */
export function handler<Args>(typed: Handler<Plain<Args>>): Handler {
  return typed as unknown as Handler;
}

/** Tags as AWS's calls take them. */
export function tagList(tags: Readonly<Record<string, string>> | undefined): { Key: string; Value: string }[] {
  return Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

/** The value; throws when it is missing in the reply, and names it. */
export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what}: missing in the reply`);
  return value;
}

/** Whether an error is one of AWS's with one of these codes. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes(error.name);
}

/** Runs a call and ignores errors with these codes: the thing to remove is gone already. */
export async function unless(codes: readonly string[], call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isCode(error, ...codes)) throw error;
  }
}
