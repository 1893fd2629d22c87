/** Configuration by key with namespace, as in the files. */
export type Configured = Readonly<Record<string, unknown>>;

/** The parts of a project's Pulumi.yaml that matter for the configuration. */
export interface ProjectFile {
  readonly name?: string;
  readonly config?: unknown;
}

/**
 * What a project's Pulumi.yaml sets for every stack: the defaults of its own keys, and values of other namespaces. A key
 * can also stand there with its value alone (Pulumi, "Project file reference": `config`).
 */
export function projectConfiguration({ name = "", config }: ProjectFile): Configured {
  const entries = Object.entries((config ?? {}) as Configured).flatMap(([key, declared]) => {
    const value = valueOf(declared);
    return value === undefined ? [] : [[key.includes(":") ? key : `${name}:${key}`, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Everything that is configured for a stack: what the project's file sets, then what the stack's file sets. */
export function completeConfiguration(project: ProjectFile, own: Configured): Configured {
  return { ...projectConfiguration(project), ...own };
}

function valueOf(declared: unknown): unknown {
  if (typeof declared !== "object" || declared === null || Array.isArray(declared)) return declared ?? undefined;
  const { value, default: otherwise } = declared as { readonly value?: unknown; readonly default?: unknown };
  return value ?? otherwise;
}
