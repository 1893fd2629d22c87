import { field, text } from "../tree/fields.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Mapping } from "../tree/tree.ts";

/** The image that writes the files of a service, and where its file says so. */
export interface FilesImage {
  readonly reference: string;
  readonly at: Position;
}

/** What `files_image` of `x-ecs` says. */
export function filesImageOf(options: Mapping, report: Report): FilesImage | undefined {
  const value = field(options, "files_image")?.value;
  const reference = value && text(value, '"files_image" of "x-ecs"', report);
  if (value === undefined || reference === undefined) return undefined;
  if (!/^[\w./:@-]+$/.test(reference))
    report(value.at, `"${reference}" names no image; write one such as busybox:1.37.0`);
  return { reference, at: value.at };
}
