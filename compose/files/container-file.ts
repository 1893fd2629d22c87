import type { Piece } from "../tree/interpolate.ts";
import type { Position } from "../tree/problem.ts";

/** A file that `secrets` or `configs` of a service put into its container. */
export interface ContainerFile {
  readonly kind: "secret" | "config";
  /** Its name at the top of the file. */
  readonly name: string;
  /** Whole path in the container. */
  readonly path: string;
  /** Octal, four digits. */
  readonly mode: string;
  /** Numbers of user and group, as in `0:0`. */
  readonly owner: string;
  /** What it holds, one behind the other: texts, and variables that are parameters. */
  readonly parts: readonly Part[];
}

/** A piece of a file: a text, or the variable whose parameter holds it. */
export type Part = { readonly text: string } | { readonly variable: string };

/** The same, with the places where a file says so: the service's, and that of each part at the top. */
export type WrittenFile = ContainerFile & { readonly at: Position; readonly from: Position };

/** Interpolated text as parts of a file. */
export function partsOf(pieces: readonly Piece[]): readonly Part[] {
  return pieces.map((piece) => (typeof piece === "string" ? { text: piece } : { variable: piece.variable }));
}

/** The file without its places, so that a moved line changes nothing. */
export function withoutPlace({ kind, name, path, mode, owner, parts }: ContainerFile): ContainerFile {
  return { kind, name, path, mode, owner, parts };
}
