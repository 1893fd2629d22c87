/**
 * A Compose variable: its value is known now, or it is a parameter that only running containers see, or only a build
 * knows it.
 */
export type Variable =
  | { readonly kind: "plain"; readonly value: string }
  | {
      readonly kind: "parameter" | "build";
      /** The variable that it stands for. @default - itself */
      readonly name?: string;
    };

/** The variables that a Compose file may use, by name. */
export type Variables = Readonly<Record<string, Variable>>;

/** A piece of interpolated text: literal, or a variable whose value is not known now. */
export type Piece = string | Unknown;

/** A variable whose value is not known now; `offset` is where its `$` stands in the text. */
export interface Unknown {
  readonly variable: string;
  readonly kind: "parameter" | "build";
  readonly offset: number;
}

/**
 * Reports a problem with the expression whose `$` is at the offset; Compose itself refuses a fatal one. `unset` is the
 * variable that nothing sets, if that is the only problem.
 */
export type Complain = (offset: number, message: string, fatal: boolean, unset?: string) => void;

/**
 * The text with Compose's `$V`, `${V}`, `:-`, `-`, `:?`, `?`, `:+`, `+` and `$$` replaced; neighbouring literals are
 * one.
 */
export function interpolate(text: string, variables: Variables, complain: Complain): readonly Piece[] {
  return joined(pieces(text, { base: 0, depth: 0, variables, complain }));
}

/** The text of pieces, with what is not known now as `${NAME}`. */
export function rendered(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === "string" ? piece : `\${${piece.variable}}`)).join("");
}

/** The maximum depth of defaults inside defaults; nobody reads that far. */
const deepest = 50;

interface Context {
  /** Offset of the text in the whole. */
  readonly base: number;
  readonly depth: number;
  readonly variables: Variables;
  readonly complain: Complain;
}

const name = /^[A-Za-z_][A-Za-z0-9_]*/;
const operator = /^(?::-|-|:\?|\?|:\+|\+)/;

function pieces(text: string, context: Context): Piece[] {
  const { base, depth, complain } = context;
  const found: Piece[] = [];
  let rest = 0;
  for (let at = text.indexOf("$"); at >= 0; at = text.indexOf("$", rest)) {
    found.push(text.slice(rest, at));
    if (depth > deepest) {
      complain(base + at, `variables are nested more than ${deepest} levels deep; simplify them`, true);
      return found;
    }
    const expression = expressionAt(text, at);
    if (expression === undefined && text[at + 1] === "{") {
      complain(base + at, '"${" does not begin a variable; write $$ for a dollar sign', true);
      return found;
    }
    // Compose keeps a dollar sign that is not followed by a name.
    rest = expression?.end ?? at + 1;
    if (expression === undefined) found.push("$");
    else found.push(...value({ ...expression, at: base + at, start: base + expression.start }, context));
  }
  return [...found, text.slice(rest)];
}

interface Expression {
  /** Empty for `$$`. */
  readonly name: string;
  readonly operator: string;
  readonly operand: string;
  /** Offset of the operand. */
  readonly start: number;
  readonly end: number;
}

function expressionAt(text: string, at: number): Expression | undefined {
  const after = text.slice(at + 1);
  if (after.startsWith("$")) return { name: "", operator: "", operand: "", start: at, end: at + 2 };
  const bare = name.exec(after)?.[0];
  if (bare !== undefined) return { name: bare, operator: "", operand: "", start: at, end: at + 1 + bare.length };
  const close = after.startsWith("{") ? closingBrace(after) : undefined;
  if (close === undefined) return undefined;
  const braced = name.exec(after.slice(1, close))?.[0];
  if (braced === undefined) return undefined;
  const tail = after.slice(1 + braced.length, close);
  const sign = operator.exec(tail)?.[0] ?? "";
  if (sign === "" && tail !== "") return undefined;
  const start = at + 2 + braced.length + sign.length;
  return { name: braced, operator: sign, operand: tail.slice(sign.length), start, end: at + 2 + close };
}

function closingBrace(text: string): number | undefined {
  let open = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "{") open++;
    if (text[at] === "}" && --open === 0) return at;
  }
  return undefined;
}

function value(from: Expression & { readonly at: number }, context: Context): Piece[] {
  const { variables, complain } = context;
  const operand = (): Piece[] => pieces(from.operand, { ...context, base: from.start, depth: context.depth + 1 });
  if (from.name === "") return ["$"];
  const variable = Object.hasOwn(variables, from.name) ? variables[from.name] : undefined;
  const counts = variable !== undefined && !(from.operator.startsWith(":") && isEmpty(variable));
  if (from.operator.endsWith("+")) return counts ? operand() : [];
  if (counts) {
    return variable.kind === "plain"
      ? [variable.value]
      : [{ variable: variable.name ?? from.name, kind: variable.kind, offset: from.at }];
  }
  if (from.operator.endsWith("-")) return operand();
  const plain = from.operator === "";
  complain(from.at, missing(from, variable !== undefined), !plain, plain ? from.name : undefined);
  return [];
}

function isEmpty(variable: Variable): boolean {
  return variable.kind === "plain" && variable.value === "";
}

function missing({ name, operator, operand }: Expression, isSet: boolean): string {
  const what = isSet ? `${name} is empty` : `nothing sets ${name}`;
  if (operator === "") return unset(name);
  return `${what}${operand === "" ? "" : `: ${operand}`}; ${isSet ? "give it a value" : "set it"}`;
}

/** The message about a variable that nothing sets. */
function unset(name: string): string {
  return `nothing sets ${name}; set it or write \${${name}:-default}`;
}

function joined(found: readonly Piece[]): readonly Piece[] {
  const result: Piece[] = [];
  for (const piece of found) {
    const last = result.at(-1);
    if (typeof piece === "string" && typeof last === "string") result.splice(-1, 1, last + piece);
    else if (piece !== "") result.push(piece);
  }
  return result;
}
