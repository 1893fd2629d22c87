/** A project's or a stack's file, as far as it is configuration. */
export interface Configured {
  readonly name?: string;
  readonly config?: unknown;
}

/**
 * Configuration as the engine hands it to the program: what the project's file defaults, then what the stack's file
 * sets. An encrypted value stays what it is, since only whether it is set is asked.
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
