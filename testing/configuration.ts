/** A mapping of a YAML file. */
export type Mapping = Readonly<Record<string, unknown>>;

/** A value of the configuration, as a YAML file has it. */
export type ConfigValue = string | number | boolean | readonly unknown[] | Mapping;

/** A stack's configuration as the engine hands it to the program. */
export interface Configuration {
  /** Texts by full key, such as `shop:branch`. */
  readonly config: Readonly<Record<string, string>>;
  readonly secretKeys: readonly string[];
}

/** What a secret's value is in a test, which has no key to decrypt the real one. */
const secretValue = "a secret";

/**
 * The configuration of a stack: what its own file sets, and what Pulumi.yaml declares for all other keys. Throws if a
 * key has a value in neither, as Pulumi does.
 */
export function configurationOf(project: string, declared: Mapping, own: Mapping, file: string): Configuration {
  const full = (key: string) => fullKey(project, key);
  const set = new Map(Object.entries(own).map(([key, value]) => [full(key), value]));
  const missing: string[] = [];
  for (const [key, declaration] of Object.entries(declared)) {
    if (set.has(full(key))) continue;
    const value = declaredValue(declaration);
    if (value === undefined) missing.push(key);
    else set.set(full(key), value);
  }
  if (missing.length > 0) {
    throw new Error(`${file}: ${missing.join(", ")}: Pulumi.yaml declares this without a default; set a value`);
  }
  const texts = [...set].map(([key, value]) => [key, configText(withoutSecrets(value))] as const);
  const secretKeys = [...set].filter(([, value]) => hasSecret(value)).map(([key]) => key);
  return { config: Object.fromEntries(texts), secretKeys };
}

/** A key with its namespace, which is the project's name if the key has none. */
export const fullKey = (project: string, key: string): string => (key.includes(":") ? key : `${project}:${key}`);

/** A value of the configuration as the engine hands it to the program: a text, or JSON. */
export const configText = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value ?? "").replace(/^""$/, "");

/** Pulumi.yaml declares a key by its value, or by a mapping that may have a value or a default. */
function declaredValue(declaration: unknown): unknown {
  if (!isMapping(declaration)) return declaration ?? undefined;
  return declaration["default"] ?? declaration["value"] ?? undefined;
}

function withoutSecrets(value: unknown): unknown {
  if (isSecret(value)) return secretValue;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

function hasSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  if (Array.isArray(value)) return value.some(hasSecret);
  return isMapping(value) && Object.values(value).some(hasSecret);
}

/** Pulumi writes an encrypted value as a mapping with the one key `secure`. */
const isSecret = (value: unknown): boolean =>
  isMapping(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";

const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);
