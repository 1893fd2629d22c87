import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../components/kit/refusal.ts";

/** The configuration of this program's own namespace. */
export const config = () => new pulumi.Config();

/** Reports the user's mistake in one line: the key, its value and what is allowed. */
export function refuse(key: string, value: unknown, allowed: string): never {
  throw new Refusal(
    `Pulumi.${pulumi.getStack()}.yaml: ${key}: ${JSON.stringify(value)} is not allowed; set ${allowed}`,
  );
}

export function text(key: string): string {
  const value = config().get(key);
  if (value) return value;
  throw new Refusal(
    `Pulumi.${pulumi.getStack()}.yaml: ${key} is not set; run \`pulumi config set ${key} VALUE --stack ${pulumi.getStack()}\``,
  );
}

export function matching(key: string, pattern: RegExp, allowed: string): string {
  const value = text(key);
  return pattern.test(value) ? value : refuse(key, value, allowed);
}

/** The text of a key; undefined if it is empty. */
export function optional(key: string, pattern: RegExp, allowed: string): string | undefined {
  return config().get(key) ? matching(key, pattern, allowed) : undefined;
}

export function name(key: string, value: string): string {
  return /^[a-z][a-z0-9-]*[a-z0-9]$/.test(value)
    ? value
    : refuse(key, value, "a name of lower-case letters, digits and hyphens, beginning with a letter");
}

export function flag(key: string): boolean {
  const value = text(key);
  if (value === "true" || value === "false") return value === "true";
  return refuse(key, value, "true or false");
}

export function between(key: string, least: number, most: number): number {
  const value = text(key);
  const number = Number(value);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  return refuse(key, value, `a whole number from ${least} to ${most}`);
}

/** A number of tasks; undefined for 0, whose meaning Pulumi.yaml describes for each key. */
export const count = (key: string): number | undefined => between(key, 0, 1000) || undefined;

export function oneOf(key: string, allowed: readonly number[]): number {
  const value = text(key);
  return allowed.includes(Number(value)) ? Number(value) : refuse(key, value, `one of ${allowed.join(", ")}`);
}

export function word<Word extends string>(key: string, allowed: readonly Word[]): Word {
  const value = text(key);
  const found = allowed.find((one) => one === value);
  return found ?? refuse(key, value, `${allowed.slice(0, -1).join(", ")} or ${allowed.at(-1) ?? ""}`);
}

export function strings(key: string): readonly string[] {
  const value: unknown = config().getObject(key) ?? [];
  const valid = Array.isArray(value) && value.every((entry) => typeof entry === "string");
  return valid ? value : refuse(key, value, "a list of strings");
}

/** A list of NAME=value. */
export function pairs(key: string): Readonly<Record<string, string>> {
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
export function kmsKeyArns(key: string): readonly string[] {
  const found = strings(key);
  for (const [index, arn] of found.entries()) {
    if (!kmsKeyArn.test(arn)) refuse(key, arn, aKmsKeyArn);
    if (found.indexOf(arn) !== index) refuse(key, arn, "each key once");
  }
  return found;
}

/**
 * Refuses keys that the rest of the configuration makes useless, because they would be ignored. `unset` holds each key
 * with its default in Pulumi.yaml.
 */
export function refuseUnread(unset: Readonly<Record<string, string>>, where: string): void {
  for (const [key, none] of Object.entries(unset)) {
    const value = config().get(key) ?? none;
    if (value === none || value === "") continue;
    refuse(key, value.startsWith("[") ? strings(key) : value, `it only if ${where}`);
  }
}
