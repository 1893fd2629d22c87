import type { Piece } from "../tree/interpolate.ts";
import type { Position } from "../tree/problem.ts";

/** A file that `secrets` or `configs` of a service put into its container. */
export interface ContainerFile {
  readonly kind: "secret" | "config";
  /** Its name at the top of the Compose file. */
  readonly name: string;
  /** Absolute path in the container. */
  readonly path: string;
  /** Octal, four digits. */
  readonly mode: string;
  /** Numbers of user and group, as in `0:0`. */
  readonly owner: string;
  /** Its content, part after part: texts, and variables that are parameters. */
  readonly parts: readonly Part[];
}

/** A part of a file: a text, or the variable whose parameter has the text. */
export type Part = { readonly text: string } | { readonly variable: string };

/**
 * The same with two places: `at` is where the service asks for it, `from` is where the top of the file says what it
 * holds.
 */
export type WrittenFile = ContainerFile & { readonly at: Position; readonly from: Position };

/** Interpolated text as parts of a file. */
export function partsOf(pieces: readonly Piece[]): readonly Part[] {
  return pieces.map((piece) => (typeof piece === "string" ? { text: piece } : { variable: piece.variable }));
}

/** The file without its places: the fingerprint does not change if a line moves. */
export function withoutPlace({ kind, name, path, mode, owner, parts }: ContainerFile): ContainerFile {
  return { kind, name, path, mode, owner, parts };
}
