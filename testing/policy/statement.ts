/** A text or several; IAM writes a list with one item as the item itself. */
export type OneOrMany = string | number | boolean | readonly (string | number | boolean)[];

/** One statement of a policy of a role. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, OneOrMany>>>>;
}

/** The values of a request's condition keys, such as `iam:PassedToService`; an empty list says that it has no such key. */
export type Conditions = Readonly<Record<string, string | readonly string[]>>;

/** The statements of a policy document, given as an object or as JSON. */
export function statementsOf(document: unknown): readonly PolicyStatement[] {
  const parsed: unknown = typeof document === "string" ? JSON.parse(document) : document;
  const { Statement } = parsed as { Statement?: PolicyStatement | readonly PolicyStatement[] };
  if (Statement === undefined) return [];
  return isList(Statement) ? Statement : [Statement];
}

/** The texts of an element that has one or several values. */
export function listOf(value: OneOrMany | undefined): readonly string[] {
  if (value === undefined) return [];
  return (typeof value === "object" ? value : [value]).map(String);
}

// Array.isArray alone does not tell TypeScript about a list that is read only.
const isList = (value: unknown): value is readonly PolicyStatement[] => Array.isArray(value);
