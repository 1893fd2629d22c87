import type { Unknown } from "./interpolate.ts";
import type { Report } from "./problem.ts";
import type { Value } from "./tree.ts";

/** The long forms of a short form, from its text; if the text is not known now, the value itself, with its problems. */
export function fromText(
  value: Value,
  what: string,
  report: Report,
  read: (text: string) => readonly Value[],
): readonly Value[] {
  if (value.kind !== "scalar" || (typeof value.value !== "string" && !value.broken)) {
    report(value.at, `${what} must be a text; write one value, in quotes where it is a number`);
    return [];
  }
  const unknown = value.pieces.filter((piece) => typeof piece !== "string");
  const faults = unknown.map((piece) => ({
    at: value.locate(piece.offset),
    message: notKnown(piece, what),
    fatal: false,
  }));
  if (value.broken || unknown.length > 0) return [{ ...value, broken: true, faults: [...value.faults, ...faults] }];
  return read(value.pieces.filter((piece) => typeof piece === "string").join(""));
}

/** The message about a variable in a place that has to be known now. */
export function notKnown({ variable, kind }: Unknown, what: string): string {
  const inCommand = /"(command|entrypoint|test)"$/.test(what) ? `, and write $$${variable} here` : "";
  const why =
    kind === "parameter"
      ? `is a parameter, which only running containers see; use it as the whole value of an environment entry${inCommand}`
      : 'is known to a build only; use it in "image" or "build"';
  return `${what} cannot hold ${variable}: it ${why}`;
}
