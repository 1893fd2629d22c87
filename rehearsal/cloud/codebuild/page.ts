/** One page of a list, and the token of the next if there is one. */
export interface Page {
  readonly ids: readonly string[];
  readonly nextToken?: string;
}

/** The page that a token stands for; the first without one. Source: CodeBuild API reference, ListBuildsForProject. */
export function pageOf(ids: readonly string[], token: string | undefined, size: number): Page {
  const from = Number(token ?? 0);
  const to = from + size;
  return { ids: ids.slice(from, to), ...(ids.length > to ? { nextToken: String(to) } : {}) };
}
