import type { Piece } from "../tree/interpolate.ts";
import type { Report } from "../tree/problem.ts";
import type { Scalar, Value } from "../tree/tree.ts";

/** The environment of a container, plain values apart from secrets. */
export interface Environment {
  /** Plain values by name. */
  readonly plain: Readonly<Record<string, string>>;
  /** Compose variables that are parameters, by the name under which the container sees them. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** The environment of a container. */
export function environmentOf(value: Value | undefined, report: Report): Environment {
  const plain: [string, string][] = [];
  const secrets: [string, string][] = [];
  for (const { key: name, value: setting } of value?.kind === "mapping" ? value.entries : []) {
    if (setting.kind !== "scalar") continue;
    const [first, ...more] = setting.pieces;
    if (typeof first === "object" && first.kind === "parameter" && more.length === 0) {
      secrets.push([name, first.variable]);
    } else plain.push([name, literal(name, setting, report)]);
  }
  return { plain: sorted(plain), secrets: sorted(secrets) };
}

function literal(name: string, { pieces, locate }: Scalar, report: Report): string {
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
  return pieces.filter((piece: Piece) => typeof piece === "string").join("");
}

function sorted(entries: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
