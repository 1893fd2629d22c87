import { unset, type Piece, type Variables } from "./interpolate.ts";
import type { Position, Report } from "./problem.ts";
import type { Scalar, Value } from "./tree.ts";

/** What a container finds in its environment. */
export interface Environment {
  /** Plain values by name. */
  readonly plain: Readonly<Record<string, string>>;
  /** Compose variables that are parameters, by the name under which the container sees them. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The environment of a container, written as a mapping or a list; a name without a value passes a variable through. */
export function environmentOf(value: Value | undefined, variables: Variables, report: Report): Environment {
  const plain: [string, string][] = [];
  const secrets: [string, string][] = [];
  const seen = new Set<string>();
  for (const setting of value === undefined ? [] : settings(value, report)) {
    const pieces = setting.pieces ?? passedThrough(setting.name, setting.at, variables, report);
    if (seen.has(setting.name)) report(setting.at, `"environment" sets ${setting.name} twice; remove one`);
    seen.add(setting.name);
    if (setting.name === "") {
      report(setting.at, '"environment" has an entry without a name; write NAME=value');
      continue;
    }
    const [first, ...more] = pieces;
    if (typeof first === "object" && first.kind === "parameter" && more.length === 0) {
      secrets.push([setting.name, first.variable]);
    } else plain.push([setting.name, literal(pieces, setting, report)]);
  }
  return { plain: sorted(plain), secrets: sorted(secrets) };
}

interface Setting {
  readonly name: string;
  readonly at: Position;
  /** Undefined when the variable of that name is passed through. */
  readonly pieces: readonly Piece[] | undefined;
  readonly locate: (offset: number) => Position;
}

function settings(value: Value, report: Report): readonly Setting[] {
  if (value.kind === "mapping") {
    return value.entries.flatMap(({ key, at, read }) => mapped(key, at, read(), report) ?? []);
  }
  if (value.kind === "sequence") return value.items.flatMap((item) => listed(item, report) ?? []);
  report(value.at, '"environment" must be a mapping or a list; write NAME: value');
  return [];
}

function mapped(name: string, at: Position, value: Value, report: Report): Setting | undefined {
  if (value.kind !== "scalar") {
    report(value.at, `"environment" gives ${name} no single value; write a text, a number, true or false`);
    return undefined;
  }
  if (value.broken) return undefined;
  if (value.value === null) return { name, at, pieces: undefined, locate: value.locate };
  if (typeof value.value === "number" && String(value.value) !== value.written) {
    report(value.at, `Compose reads ${value.written} as a number and may write it differently; quote it`);
  }
  const pieces = typeof value.value === "boolean" ? [String(value.value)] : value.pieces;
  return { name, at, pieces, locate: value.locate };
}

function listed(item: Value, report: Report): Setting | undefined {
  if (item.kind !== "scalar" || item.value === null) {
    report(item.at, 'an item of "environment" must be a text; write NAME=value');
    return undefined;
  }
  if (item.broken) return undefined;
  const { at, locate } = item;
  const [first, ...more] = nameFirst(item);
  const equals = first.indexOf("=");
  if (equals < 0) return { name: first, at, pieces: undefined, locate };
  const rest = first.slice(equals + 1);
  return { name: first.slice(0, equals), at, pieces: rest === "" ? more : [rest, ...more], locate };
}

/** The pieces of an item that begins with its name; an unknown variable in the name's place has none. */
function nameFirst({ pieces }: Scalar): readonly [string, ...Piece[]] {
  const [first, ...more] = pieces;
  return typeof first === "string" ? [first, ...more] : ["=", ...pieces];
}

function passedThrough(name: string, at: Position, variables: Variables, report: Report): readonly Piece[] {
  const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (variable === undefined) report(at, unset(name));
  if (variable === undefined) return [];
  return variable.kind === "plain" ? [variable.value] : [{ variable: name, kind: variable.kind, offset: 0 }];
}

function literal(pieces: readonly Piece[], { name, locate }: Setting, report: Report): string {
  for (const piece of pieces) {
    if (typeof piece === "string") continue;
    const { variable, kind, offset } = piece;
    report(
      locate(offset),
      kind === "build"
        ? `"environment" cannot hold ${variable}: it is known to a build only; use it in "image" or "build"`
        : `${variable} is a parameter, and ECS puts no secret inside a longer text; make the whole value a parameter and write ${name}: \${${name}}`,
    );
  }
  return pieces.filter((piece) => typeof piece === "string").join("");
}

function sorted(entries: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
