/** Output variables by the namespace of the action that made them. */
export type Namespaces = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Every `#{namespace.variable}` of a text. */
export function variableReferences(text: string): readonly { readonly namespace: string; readonly variable: string }[] {
  return [...text.matchAll(reference)].map(([, namespace = "", variable = ""]) => ({ namespace, variable }));
}

/** A text with its variables filled in; throws when nothing has set one of them. */
export function resolveVariables(text: string, namespaces: Namespaces): string {
  return text.replaceAll(reference, (whole, namespace: string, variable: string) => {
    const value = namespaces.get(namespace)?.[variable];
    if (value === undefined) throw new Error(`An action execution variable could not be resolved: ${whole}`);
    return value;
  });
}

const reference = /#\{([A-Za-z0-9@_-]+)\.([A-Za-z0-9@_-]+)\}/gu;
