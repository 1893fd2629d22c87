import { variablesIn } from "./compose-variables.ts";
import type { ComposeSettings, Context, Draft } from "./draft.ts";
import { looksSecret } from "./secret-names.ts";

/** The variables of a stack that its Compose file reads. */
export interface StackVariables {
  readonly variables: Readonly<Record<string, string>>;
  readonly parameters: readonly string[];
  /** Those with a default in the Compose file, which the stack need not set. */
  readonly defaults: Readonly<Record<string, string>>;
  /** Those that need a value which nothing says. */
  readonly unset: readonly string[];
}

/** Variables that every build sets. */
const builtIn = ["ECS_ENV_NAME", "IMAGE_TAG"];

/** What the stack has to set for the variables that services on ECS read; `known` holds values that are no secrets. */
export function stackVariables(
  { text, settings }: Draft,
  { roles }: Pick<Context, "roles">,
  known: Readonly<Record<string, string>>,
): StackVariables {
  const stores = storeVariables(settings);
  const skipped = (name: string): boolean => {
    const kind = roles.get(name)?.kind;
    return kind === "tool" || kind === "managed" || kind === "job";
  };
  const variables: Record<string, string> = {};
  const parameters = new Set(settings.parameters);
  const defaults: Record<string, string> = {};
  const unset: string[] = [];
  for (const { name, fallback, needed, wholeValue } of variablesIn(text, skipped)) {
    const value = settings.variables[name] ?? known[name];
    if (builtIn.includes(name) || stores.includes(name) || parameters.has(name)) continue;
    if (looksSecret(name, fallback) && wholeValue) parameters.add(name);
    else if (needed && value !== undefined) variables[name] = value;
    else if (needed && fallback !== undefined && fallback !== "") variables[name] = fallback;
    else if (!needed && fallback !== undefined) defaults[name] = fallback;
    else if (needed && (wholeValue || looksSecret(name))) parameters.add(name);
    else if (needed) unset.push(name);
  }
  const read = new Set(variablesIn(text, skipped).map(({ name }) => name));
  const used = [...parameters].filter((name) => read.has(name) || settings.parameters.includes(name));
  return { variables, parameters: used, defaults, unset };
}

/** The variables whose URLs `up` sets. */
export const storeVariables = ({
  databaseEngine,
  databaseVariable,
  cacheEngine,
  cacheVariable,
}: ComposeSettings): readonly string[] => [
  ...(databaseEngine === undefined ? [] : [databaseVariable ?? "DATABASE_URL"]),
  ...(cacheEngine === undefined ? [] : [cacheVariable ?? "REDIS_URL"]),
];
