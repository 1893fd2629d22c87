import { closest, valueOf, type Mapping, type Report, type Value } from "../../../compose/index.ts";

/** What a buildspec may have at one place. */
export type Shape =
  /** Anything; it is not checked. */
  | { readonly kind: "any" }
  /** A key of CodeBuild that no build here can use; `say` is the reason and the remedy. */
  | { readonly kind: "refused"; readonly say: string }
  /** A text; with `allowed` it must match `pattern`, and `allowed` says in words which texts do. */
  | { readonly kind: "text"; readonly pattern?: RegExp; readonly allowed?: string }
  /** A list of texts; with `orText` also a text alone. */
  | { readonly kind: "texts"; readonly orText?: true }
  /** A mapping with these keys. */
  | { readonly kind: "mapping"; readonly keys: Readonly<Record<string, Shape>>; readonly required: readonly string[] }
  /** A mapping with any names. */
  | { readonly kind: "named"; readonly each: Shape; readonly most?: number; readonly reserved?: RegExp };

/** Reports what does not have its shape; `where` is the path to the value, empty for the whole file. */
export function checkShape(value: Value, shape: Shape, where: string, report: Report): void {
  if (shape.kind === "any" || shape.kind === "refused") return;
  if (shape.kind === "text") checkText(value, shape, where, report);
  else if (shape.kind === "texts") checkTexts(value, shape, where, report);
  else if (value.kind !== "mapping")
    report(value.at, `${where}: ${shown(value)} is not a mapping; write ${form(shape)}`);
  else if (shape.kind === "mapping") checkKeys(value, shape, where, report);
  else checkNamed(value, shape, where, report);
}

function checkText(value: Value, shape: Shape & { kind: "text" }, where: string, report: Report): void {
  const given = value.kind === "scalar" && value.value !== null ? String(value.value) : undefined;
  if (given !== undefined && (shape.pattern?.test(given) ?? true)) return;
  report(value.at, `${where}: ${shown(value)} is not allowed; write ${shape.allowed ?? "one text"}`);
}

function checkTexts(value: Value, { orText }: Shape & { kind: "texts" }, where: string, report: Report): void {
  if (orText === true && value.kind === "scalar" && value.value !== null) return;
  if (value.kind !== "sequence") {
    report(value.at, `${where}: ${shown(value)} is not a list; write one item per line, each after "- "`);
    return;
  }
  if (value.items.length === 0) report(value.at, `${where}: the list is empty; add an item, or remove it`);
  for (const item of value.items) {
    // An unquoted `: ` makes a command a mapping.
    if (item.kind === "mapping") report(item.at, `${where}: an item is a mapping, not a text; put it in quotes`);
    else if (item.kind === "sequence" || item.value === null)
      report(item.at, `${where}: ${shown(item)} is not a text; write one, or remove the item`);
  }
}

function checkKeys(value: Mapping, shape: Shape & { kind: "mapping" }, where: string, report: Report): void {
  const allowed = Object.keys(shape.keys).filter((key) => shape.keys[key]?.kind !== "refused");
  const place = where === "" ? "the buildspec" : where;
  const misspelt = new Set<string | undefined>();
  for (const { key, at, value: given } of value.entries) {
    const known = shape.keys[key];
    if (known?.kind === "refused") report(at, `${path(where, key)}: ${known.say}`);
    else if (known !== undefined) checkShape(given, known, path(where, key), report);
    else {
      const meant = closest(key, allowed);
      misspelt.add(meant);
      const remedy = meant === undefined ? "remove it" : `write "${meant}"`;
      report(at, `${place}: "${key}" is not one of ${allowed.join(", ")}; ${remedy}`);
    }
  }
  for (const key of shape.required.filter((each) => valueOf(value, each) === undefined && !misspelt.has(each))) {
    report(value.at, `${place}: it has no ${key}; add ${key}`);
  }
}

function checkNamed(value: Mapping, shape: Shape & { kind: "named" }, where: string, report: Report): void {
  const { most = Infinity, reserved } = shape;
  if (value.entries.length > most) {
    report(value.at, `${where}: ${value.entries.length} are too many; keep ${most} or fewer`);
  }
  for (const { key, at, value: given } of value.entries) {
    if (reserved?.test(key) === true) report(at, `${where}: "${key}" has a prefix that CodeBuild reserves; rename it`);
    checkShape(given, shape.each, path(where, key), report);
  }
}

const path = (where: string, key: string): string => (where === "" ? key : `${where}.${key}`);

function form(shape: Shape): string {
  return shape.kind === "mapping" ? `one with ${Object.keys(shape.keys).join(", ")}` : "one of names and values";
}

/** A value as it is written in a message. */
function shown(value: Value): string {
  if (value.kind !== "scalar") return value.kind === "mapping" ? "a mapping" : "a list";
  return value.value === null ? "nothing" : `"${value.written.split("\n")[0] ?? ""}"`;
}
