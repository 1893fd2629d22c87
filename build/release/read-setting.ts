import { required, type Environment } from "../kit/environment.ts";
import { StepError } from "../kit/step-error.ts";

/** An object of JSON. */
export type Json = Readonly<Record<string, unknown>>;

/** Whether a value of JSON is an object. */
export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A variable that holds JSON; throws a StepError if it is missing, or if `read` finds in it what `up` does not write. */
export function setting<T>(environment: Environment, name: string, read: (value: unknown) => T | undefined): T {
  const value = read(parsed(required(environment, name)));
  if (value !== undefined) return value;
  throw new StepError([`${name}: it is not the list that "pulumi up" sets; run it for the stack`]);
}

/** A variable that holds a list of JSON objects, each of which `read` takes. */
export const listSetting = <T>(
  environment: Environment,
  name: string,
  read: (entry: Json) => T | undefined,
): readonly T[] => setting(environment, name, (value) => listOf(value, read));

/** A variable that holds a number from 0; throws a StepError for any other value. */
export function numberSetting(environment: Environment, name: string): number {
  const value = required(environment, name);
  if (/^\d+$/.test(value)) return Number(value);
  throw new StepError([`${name}: "${value}" is not a whole number; run "pulumi up" for the stack, which sets it`]);
}

/** The words of a variable, which may be empty. */
export const wordsSetting = (environment: Environment, name: string): readonly string[] =>
  (environment[name] ?? "").split(/\s+/).filter((word) => word !== "");

/** A list in which `read` takes each entry; undefined if it does not. */
export function listOf<T>(value: unknown, read: (entry: Json) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const entries = value.map((entry: unknown) => (isJson(entry) ? read(entry) : undefined));
  const known = entries.filter((entry) => entry !== undefined);
  return known.length === entries.length ? known : undefined;
}

/** The value that a text of JSON holds; undefined if it is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
