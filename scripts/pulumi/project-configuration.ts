import { table } from "../../settings/table.ts";

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
  const entries = Object.entries((config ?? {}) as Configured);
  const values = entries.map(([key, declared]) => [withNamespace(key, name), valueOf(declared)] as const);
  return Object.fromEntries<unknown>(values.filter(([, value]) => value !== undefined));
}

/** Everything that is configured for a stack: the table's defaults, what the project's file sets, what the stack's does. */
export function completeConfiguration(project: ProjectFile, own: Configured): Configured {
  const { name = "" } = project;
  const defaults = Object.entries(table).map(([key, { default: value }]) => [withNamespace(key, name), value] as const);
  return { ...Object.fromEntries(defaults), ...projectConfiguration(project), ...ownConfiguration(project, own) };
}

/** What a stack's file sets, with the namespace that Pulumi lets one leave out; a key without a value sets nothing. */
export function ownConfiguration({ name = "" }: ProjectFile, own: Configured): Configured {
  const set = Object.entries(own).filter(([, value]) => value !== null);
  return Object.fromEntries(set.map(([key, value]) => [withNamespace(key, name), value]));
}

const withNamespace = (key: string, project: string): string => (key.includes(":") ? key : `${project}:${key}`);

function valueOf(declared: unknown): unknown {
  if (typeof declared !== "object" || declared === null || Array.isArray(declared)) return declared ?? undefined;
  const { value, default: otherwise } = declared as { readonly value?: unknown; readonly default?: unknown };
  return value ?? otherwise;
}
