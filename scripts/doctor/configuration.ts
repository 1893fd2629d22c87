/** The configuration in a project's or a stack's file. */
export interface Configured {
  readonly name?: string;
  readonly config?: unknown;
}

/**
 * The configuration as the engine passes it to the program: the defaults of the project's file, then the values of
 * the stack's file. Encrypted values stay encrypted, since only their presence matters here.
 */
export function configurationOf(project: Configured, stack: Configured): Record<string, string> {
  const declared = Object.entries((project.config ?? {}) as Record<string, { readonly default?: unknown } | null>);
  const defaults = declared.flatMap(([key, value]) =>
    value?.default === undefined ? [] : [[key.includes(":") ? key : `${project.name ?? ""}:${key}`, value.default]],
  );
  const own = Object.entries((stack.config ?? {}) as Record<string, unknown>).filter(([, value]) => value !== null);
  return Object.fromEntries(
    [...defaults, ...own].map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  ) as Record<string, string>;
}
