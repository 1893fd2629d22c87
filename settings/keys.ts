import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../components/kit/refusal.ts";
import { defaultText, table, type Key, type KeyOf } from "./table.ts";
import type { KeyDescription } from "./table/key.ts";

/**
 * The value of a key as the engine passes it to the program: that of the stack, or the default that the project's
 * Pulumi.yaml declares, or else the default of the table.
 */
const configured = (key: Key): string => new pulumi.Config().get(key) ?? defaultText(key);

/** The text of a key; it may be empty. Refuses a list or an object. */
export function textOrEmpty(key: KeyOf<"string">): string {
  const value = configured(key);
  const { mayBeJson = false }: Extract<KeyDescription, { readonly type: "string" }> = table[key];
  return !mayBeJson && isJson(value) ? refuse(key, JSON.parse(value), "one text") : value;
}

/** Whether the engine passes on a list or an object: it does so in JSON. */
function isJson(value: string): boolean {
  return /^[[{]/.test(value) && parsed(value) !== undefined;
}

/** The value of a text in JSON; undefined if it is not JSON. */
function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Reports the user's mistake in one line: the key, its value and what is allowed. */
export function refuse(key: string, value: unknown, allowed: string): never {
  throw new Refusal(
    `Pulumi.${pulumi.getStack()}.yaml: ${key}: ${JSON.stringify(value)} is not allowed; set ${allowed}`,
  );
}

export function text(key: KeyOf<"string">): string {
  return filled(key, textOrEmpty(key));
}

/** Refuses an empty value, which `pulumi config set KEY ""` writes. */
function filled(key: Key, value: string): string {
  if (value !== "") return value;
  throw new Refusal(
    `Pulumi.${pulumi.getStack()}.yaml: ${key} is not set; run \`pulumi config set ${key} VALUE --stack ${pulumi.getStack()}\``,
  );
}

export function matching(key: KeyOf<"string">, pattern: RegExp, allowed: string): string {
  const value = text(key);
  return pattern.test(value) ? value : refuse(key, value, allowed);
}

/** The text of a key; undefined if it is empty. */
export function optional(key: KeyOf<"string">, pattern: RegExp, allowed: string): string | undefined {
  return textOrEmpty(key) !== "" ? matching(key, pattern, allowed) : undefined;
}

export function name(key: string, value: string): string {
  return /^[a-z][a-z0-9-]*[a-z0-9]$/.test(value)
    ? value
    : refuse(key, value, "a name of lower-case letters, digits and hyphens, beginning with a letter");
}

export function flag(key: KeyOf<"boolean">): boolean {
  const value = filled(key, configured(key));
  if (value === "true" || value === "false") return value === "true";
  return refuse(key, value, "true or false");
}

export function between(key: KeyOf<"integer">, least: number, most: number): number {
  const value = filled(key, configured(key));
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= least && number <= most) return number;
  return refuse(key, value, `a whole number from ${least} to ${most}`);
}

/** A number of tasks; undefined for 0, whose meaning the table describes for each key. */
export const count = (key: KeyOf<"integer">): number | undefined => between(key, 0, 1000) || undefined;

export function oneOf(key: KeyOf<"integer">, allowed: readonly number[]): number {
  const value = filled(key, configured(key));
  return /^\d+$/.test(value) && allowed.includes(Number(value))
    ? Number(value)
    : refuse(key, value, `one of ${allowed.join(", ")}`);
}

export function word<Word extends string>(key: KeyOf<"string">, allowed: readonly Word[]): Word {
  const value = text(key);
  const found = allowed.find((one) => one === value);
  return found ?? refuse(key, value, `${allowed.slice(0, -1).join(", ")} or ${allowed.at(-1) ?? ""}`);
}

export function strings(key: KeyOf<"array">): readonly string[] {
  const given = configured(key);
  // An empty text is what `pulumi config set KEY ""` writes.
  const value = given === "" ? [] : parsed(given);
  const valid = Array.isArray(value) && value.every((entry) => typeof entry === "string");
  return valid ? value : refuse(key, value ?? given, "a list of strings");
}

/** A list of NAME=value. */
export function pairs(key: KeyOf<"array">): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of strings(key)) {
    const [, variable, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(entry) ?? refuse(key, entry, "NAME=value");
    if (found[variable ?? ""] !== undefined) refuse(key, entry, `${variable} once`);
    found[variable ?? ""] = value ?? "";
  }
  return found;
}

/** Pattern of the ARN of a KMS key, not of an alias, which policies do not accept. */
export const kmsKeyArn = /^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/;

/** How messages describe the value of a setting that names such a key. */
export const aKmsKeyArn = "a KMS key's ARN, arn:aws:kms:REGION:ACCOUNT:key/ID";

/** The ARNs of KMS keys in a list; refuses an ARN that is there twice. */
export function kmsKeyArns(key: KeyOf<"array">): readonly string[] {
  const found = strings(key);
  for (const [index, arn] of found.entries()) {
    if (!kmsKeyArn.test(arn)) refuse(key, arn, aKmsKeyArn);
    if (found.indexOf(arn) !== index) refuse(key, arn, "each key once");
  }
  return found;
}

/** Refuses keys that the rest of the configuration makes useless, because they would be ignored. */
export function refuseUnread(keys: readonly Key[], allowed: string): void {
  for (const key of keys) {
    const value = configured(key);
    if (value !== "" && value !== defaultText(key)) refuse(key, isJson(value) ? parsed(value) : value, allowed);
  }
}
