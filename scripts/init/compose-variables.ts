import { isScalar, visit } from "yaml";
import { sheetOf } from "./sheet.ts";

/** A variable that a Compose file reads. */
export interface ReadVariable {
  readonly name: string;
  /** A default that the file has for it. */
  readonly fallback: string | undefined;
  /** Whether the file needs a value at some place, since it has no default there. */
  readonly needed: boolean;
  /** Whether it is only ever the whole value of an entry of `environment`, where it may be a parameter. */
  readonly wholeValue: boolean;
}

/** The variables that are written in a Compose file, comments excepted, in their order. */
export function variablesIn(
  text: string,
  skipped: (service: string) => boolean = () => false,
): readonly ReadVariable[] {
  const found = new Map<string, ReadVariable>();
  const { document } = sheetOf(text);
  visit(document, {
    Scalar: (key, node, path) => {
      if (key === "key" || !isScalar(node) || typeof node.value !== "string") return;
      const names = path.flatMap((one) => ("key" in one && isScalar(one.key) ? [String(one.key.value)] : []));
      const apart = names[0] === "services" && skipped(names[1] ?? "");
      const inEnvironment = names.includes("environment");
      for (const { name, fallback, whole, fatal } of expressions(node.value)) {
        // Compose itself refuses a file without a value for ${NAME?…}, wherever it stands.
        if (apart && !fatal) continue;
        const known = found.get(name);
        found.set(name, {
          name,
          fallback: known?.fallback ?? fallback,
          needed: (known?.needed ?? false) || fallback === undefined,
          wholeValue: (known?.wholeValue ?? true) && whole && inEnvironment,
        });
      }
      if (apart) return;
      const [, passed] = /^([A-Za-z_]\w*)$/.exec(node.value) ?? [];
      if (passed !== undefined && names.at(-1) === "environment" && !found.has(passed))
        found.set(passed, passedOn(passed));
    },
    Pair: (_, pair, path) => {
      const empty = pair.value === null || (isScalar(pair.value) && pair.value.value === null);
      const parent = path.findLast((one) => "key" in one && isScalar(one.key) && one.key.value === "environment");
      if (!empty || parent === undefined || !isScalar(pair.key)) return;
      const names = path.flatMap((one) => ("key" in one && isScalar(one.key) ? [String(one.key.value)] : []));
      if (names[0] === "services" && skipped(names[1] ?? "")) return;
      const name = String(pair.key.value);
      if (!found.has(name)) found.set(name, passedOn(name));
    },
  });
  return [...found.values()];
}

/** A variable that an entry without a value passes on. */
const passedOn = (name: string): ReadVariable => ({ name, fallback: undefined, needed: true, wholeValue: true });

interface Expression {
  readonly name: string;
  readonly fallback: string | undefined;
  /** Whether the text, or the value of a NAME=value, is nothing else. */
  readonly whole: boolean;
  readonly fatal: boolean;
}

/** The expressions with variables in a text: `$NAME`, `${NAME}` and those with a default; not `$$`. */
function* expressions(text: string): Generator<Expression> {
  const pattern = /\$\$|\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])((?:[^{}]|\{[^{}]*\})*))?\})/g;
  for (const { 0: all, 1: bare, 2: braced, 3: operator = "", 4: rest = "" } of text.matchAll(pattern)) {
    const name = bare ?? braced;
    if (name === undefined) continue;
    const optional = operator.endsWith("-") || operator.endsWith("+");
    const prefix = /^(?:[A-Za-z_]\w*=)?/.exec(text)?.[0] ?? "";
    yield {
      name,
      fallback: optional ? (operator.endsWith("-") ? rest : "") : undefined,
      whole: text.slice(prefix.length) === all || text === all,
      fatal: operator.endsWith("?"),
    };
    if (optional) yield* expressions(rest);
  }
}
