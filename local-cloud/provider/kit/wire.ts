import { isDeepStrictEqual } from "node:util";

/** A resource's properties as the engine sends them: plain JSON, in which a secret is an object with a signature. */
export type Properties = Readonly<Record<string, unknown>>;

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** The value without its secrets' wrappers, at any depth. */
function reveal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reveal);
  if (!isBag(value)) return value;
  if (value[signatureKey] === secretSignature) return reveal(value["value"]);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reveal(item)]));
}

/** All properties without their secrets' wrappers. */
export function revealAll(properties: Properties): Properties {
  return reveal(properties) as Properties;
}

/** Names of the properties that hold a secret, at any depth. */
export function secretKeys(properties: Properties): readonly string[] {
  return Object.keys(properties).filter((key) => holdsSecret(properties[key]));
}

/** The properties, with those named wrapped as secrets. */
export function conceal(properties: Properties, keys: readonly string[]): Properties {
  const secret = new Set(keys);
  return Object.fromEntries(
    Object.entries(properties)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        key,
        secret.has(key) ? { [signatureKey]: secretSignature, value: reveal(value) } : value,
      ]),
  );
}

/** Whether two property values are equal; with `asJson` the parsed values are compared, not the text. */
export function same(left: unknown, right: unknown, asJson: boolean): boolean {
  const [a, b] = [reveal(left), reveal(right)];
  return asJson && typeof a === "string" && typeof b === "string"
    ? isDeepStrictEqual(parsed(a), parsed(b))
    : isDeepStrictEqual(a, b);
}

function holdsSecret(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSecret);
  if (!isBag(value)) return false;
  return value[signatureKey] === secretSignature || Object.values(value).some(holdsSecret);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function isBag(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
