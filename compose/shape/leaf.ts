import { posix } from "node:path";
import { parseBytes } from "../tree/bytes.ts";
import { parseDuration } from "../tree/duration.ts";
import { rendered } from "../tree/interpolate.ts";
import type { BytesShape, NumberShape, Reading, Shape, TextShape } from "./shape.ts";
import { closest } from "../tree/spelling.ts";
import type { Scalar, Value } from "../tree/tree.ts";
import { isCanonical } from "../tree/yaml-number.ts";

type Leaf = Exclude<Shape, { readonly is: "list" | "mapping" | "named" | "dictionary" | "words" | "anything" }>;

/** A single value of the kind that its key allows; undefined and reported if Compose reads it as another kind. */
export function leaf(value: Value, shape: Leaf, what: string, reading: Reading): Scalar | undefined {
  if (value.kind === "scalar" && value.broken) return value;
  if (value.kind !== "scalar" || value.value === null) {
    const empty =
      value.kind === "scalar"
        ? "is empty; give it a value or remove it"
        : "must be a single value; write it after the colon";
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
  // Compose passes the number on, not the way in which the file writes it.
  if (typeof value.value === "number" && !isCanonical(value.written))
    return { ...value, pieces: [String(value.value)] };
  if (shape.is === "path" || shape.is === "context") return inDirectory(value, shape.is, reading.directory);
  return value;
}

const truths = /^(true|y|yes|on)$/i;
const falsehoods = /^(false|n|no|off)$/i;

/** The remedy if a text is not a value of the kind; undefined if it is. */
function wrongWith({ value, written }: Scalar, text: string, shape: Leaf): string | undefined {
  switch (shape.is) {
    case "text":
    case "path":
    case "context":
      if (typeof value !== "string") return "put it in quotes";
      if (shape.is === "path" && shape.filled === true && text === "") return "write a path";
      return shape.is === "text" ? wrongText(text, shape) : undefined;
    case "flag":
      if (shape.unquoted === true && typeof value !== "boolean") return "write true or false, without quotes";
      return truths.test(text) || falsehoods.test(text) ? undefined : "write true or false";
    case "number":
      return wrongNumber(value, typeof value === "number" ? written : text, shape);
    case "amount":
      if (shape.whole === true && typeof value === "number" && !isWholeNumber(value, written))
        return "put it in quotes";
      return typeof value === "boolean" ? "write a number" : undefined;
    case "scalar":
      return shape.numbers === false && typeof value === "number" ? "put it in quotes" : undefined;
    case "duration":
      return typeof value === "string" && parseDuration(text) !== undefined
        ? undefined
        : "write a duration such as 1m30s";
    case "bytes":
      return wrongBytes(value, text, shape);
    default:
      return undefined;
  }
}

/** The remedy if a value is not such a number; `text` is a number as the file writes it, or the text of another value. */
function wrongNumber(value: Scalar["value"], text: string, shape: NumberShape): string | undefined {
  const { whole, word, minimum = -Infinity, maximum = Infinity } = shape;
  if (word !== undefined && text.toLowerCase() === word) return undefined;
  const isWhole = whole === true || (whole === "as text" && typeof value === "string");
  if (typeof value === "boolean" || !(isWhole ? isWholeNumber(value, text) : isNumber(value, text)))
    return isWhole ? "write a whole number" : "write a number, such as 0.5";
  if (shape.octal === true && typeof value === "string" && /[89]/.test(text)) return "write octal digits";
  if (shape.unquoted === true && typeof value === "string") return "write it without quotes";
  const given = typeof value === "number" ? value : Number(text);
  if (given >= minimum && given <= maximum) return undefined;
  return `write ${maximum === Infinity ? `${minimum} or more` : `a number from ${minimum} to ${maximum}`}`;
}

/** Whether it is a whole number; Compose reads `1.0` as a fraction in many places. */
const isWholeNumber = (value: Scalar["value"], text: string): boolean =>
  typeof value === "number" ? Number.isInteger(value) && !text.includes(".") : /^[-+]?\d+$/.test(text);

const isNumber = (value: Scalar["value"], text: string): boolean =>
  typeof value === "number" ? Number.isFinite(value) : /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text);

function wrongBytes(value: Scalar["value"], text: string, { quoted, minimum }: BytesShape): string | undefined {
  if (parseBytes(text) === undefined) return "write a size such as 512m";
  if (typeof value !== "number") return undefined;
  if (quoted === true) return "put it in quotes";
  if (quoted === "fractions" && !Number.isInteger(value)) return "write a whole number, or a size such as 512m";
  return minimum !== undefined && value < minimum ? `write ${minimum} or more` : undefined;
}

function wrongText(text: string, { values, pattern, write }: TextShape): string | undefined {
  if (pattern?.test(text) === false) return write;
  if (values === undefined || values.includes(text)) return undefined;
  const meant = closest(text, values);
  return meant === undefined ? `write one of ${values.join(", ")}` : `did you mean "${meant}"?`;
}

const remote = /^(https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|git@|[a-z-]+:\/\/)/;

/** Whether a path is an address that Compose fetches from: a Git repository, an OCI artifact or another URL. */
export const isRemote = (path: string): boolean => remote.test(path);

/** A path relative to the environment's own directory. */
export function inDirectory(value: Scalar, kind: "path" | "context", directory: string): Scalar {
  const [first = "", ...more] = value.pieces;
  if (directory === "" || typeof first !== "string" || /^[/~]/.test(first)) return value;
  if (kind === "context" && isRemote(first)) return value;
  return { ...value, pieces: [posix.join(directory, first), ...more] };
}
