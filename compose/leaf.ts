import { posix } from "node:path";
import { parseBytes } from "./bytes.ts";
import { parseDuration } from "./duration.ts";
import { rendered } from "./interpolate.ts";
import type { Reading, Shape } from "./shape.ts";
import { closest } from "./spelling.ts";
import type { Scalar, Value } from "./tree.ts";
import { isCanonical } from "./yaml-number.ts";

type Leaf = Exclude<Shape, { readonly is: "list" | "mapping" | "named" | "dictionary" | "words" | "anything" }>;

/** A single value of the kind that its key holds; undefined and reported when Compose takes it for another. */
export function leaf(value: Value, shape: Leaf, what: string, reading: Reading): Scalar | undefined {
  if (value.kind === "scalar" && value.broken) return value;
  if (value.kind !== "scalar" || value.value === null) {
    const empty =
      value.kind === "scalar"
        ? "is empty; give it a value or remove it"
        : "must be one value; write it behind the colon";
    reading.report(value.at, `${what} ${empty}`);
    return undefined;
  }
  const known = value.pieces.every((piece) => typeof piece === "string");
  const text = rendered(value.pieces);
  const wrong = known ? wrongWith(value, text, shape) : undefined;
  if (wrong !== undefined) {
    reading.report(value.at, `${what} is "${text}"; ${wrong}`);
    return undefined;
  }
  if (shape.is === "flag" && known) return { ...value, value: truths.test(text), pieces: [String(truths.test(text))] };
  // Compose hands on the number, not how the file spells it.
  if (typeof value.value === "number" && !isCanonical(value.written))
    return { ...value, pieces: [String(value.value)] };
  if (shape.is === "path" || shape.is === "context") return inDirectory(value, shape.is, reading.directory);
  return value;
}

const truths = /^(true|y|yes|on)$/i;
const falsehoods = /^(false|n|no|off)$/i;

/** The remedy where a text is no value of the kind. */
function wrongWith({ value }: Scalar, text: string, shape: Leaf): string | undefined {
  switch (shape.is) {
    case "text":
    case "path":
    case "context":
      if (typeof value !== "string") return "put it in quotes";
      return shape.is === "text" ? wrongWord(text, shape.values) : undefined;
    case "flag":
      return truths.test(text) || falsehoods.test(text) ? undefined : "write true or false";
    case "number":
      if (shape.whole === true)
        return /^[-+]?\d+$/.test(text) || Number.isInteger(value) ? undefined : "write a whole number";
      return isNumber(text) ? undefined : "write a number";
    case "amount":
      return typeof value === "boolean" ? "write a number" : undefined;
    case "duration":
      return typeof value === "string" && parseDuration(text) !== undefined
        ? undefined
        : "write a duration such as 1m30s";
    case "bytes":
      return parseBytes(text) === undefined ? "write a size such as 512m" : undefined;
    default:
      return undefined;
  }
}

const isNumber = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text));

function wrongWord(text: string, values: readonly string[] | undefined): string | undefined {
  if (values === undefined || values.includes(text)) return undefined;
  const meant = closest(text, values);
  return meant === undefined ? `write one of ${values.join(", ")}` : `did you mean "${meant}"?`;
}

const remote = /^(https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|git@|[a-z-]+:\/\/)/;

/** Whether a path is an address that Compose fetches from: a Git repository, an OCI artifact or another URL. */
export const isRemote = (path: string): boolean => remote.test(path);

/** A path as seen from the environment's own directory. */
export function inDirectory(value: Scalar, kind: "path" | "context", directory: string): Scalar {
  const [first = "", ...more] = value.pieces;
  if (directory === "" || typeof first !== "string" || /^[/~]/.test(first)) return value;
  if (kind === "context" && isRemote(first)) return value;
  return { ...value, pieces: [posix.join(directory, first), ...more] };
}
