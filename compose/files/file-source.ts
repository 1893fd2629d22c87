import { partsOf, type ContainerFile, type Part } from "./container-file.ts";
import { field, isText } from "../tree/fields.ts";
import type { Variables } from "../tree/interpolate.ts";
import { notKnown } from "../tree/plain-text.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Mapping, Scalar } from "../tree/tree.ts";
import type { ReadFile } from "./project.ts";

/** What the files of containers are read with. */
export interface FileContext {
  readonly variables: Variables;
  readonly readFile: ReadFile;
  readonly report: Report;
}

/** The content of a secret or config at the top, and its place; undefined and reported if ECS cannot have it. */
export function sourceOf(
  kind: ContainerFile["kind"],
  declared: Mapping,
  context: FileContext,
): { readonly parts: readonly Part[]; readonly from: Position } | undefined {
  const scalar = (key: string): Scalar | undefined => {
    const value = field(declared, key)?.value;
    return value?.kind === "scalar" && !value.broken ? value : undefined;
  };
  const [environment, content, file] = [scalar("environment"), scalar("content"), scalar("file")];
  const given = environment ?? content ?? file;
  // Any other source is refused at the top of the file.
  if (given === undefined) return undefined;
  const parts =
    environment !== undefined
      ? fromVariable(kind, environment, context)
      : content !== undefined
        ? fromContent(content, context.report)
        : fromFile(kind, given, context);
  return parts && { parts, from: given.at };
}

function fromVariable(
  kind: ContainerFile["kind"],
  value: Scalar,
  { variables, report }: FileContext,
): readonly Part[] | undefined {
  if (!isText(value)) return undefined;
  const name = value.pieces.join("");
  const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
  if (variable?.kind === "parameter") return [{ variable: name }];
  if (variable?.kind === "plain" && kind === "config") return [{ text: variable.value }];
  report(
    value.at,
    variable === undefined
      ? `nothing sets ${name}; make it a parameter of the stack`
      : variable.kind === "build"
        ? notKnown({ variable: name, kind: "build", offset: 0 }, '"environment"')
        : `${name} is a plain variable, which everyone can read in the task definition; make it a parameter, or make the secret a config`,
  );
  return undefined;
}

function fromContent(value: Scalar, report: Report): readonly Part[] | undefined {
  const unknown = value.pieces.flatMap((piece) => (typeof piece === "object" && piece.kind === "build" ? [piece] : []));
  for (const piece of unknown) report(value.locate(piece.offset), notKnown(piece, '"content"'));
  return unknown.length > 0 ? undefined : partsOf(value.pieces);
}

function fromFile(
  kind: ContainerFile["kind"],
  value: Scalar,
  { readFile, report }: FileContext,
): readonly Part[] | undefined {
  if (kind === "secret") {
    report(
      value.at,
      'a secret in a file would be in the repository; write "environment" with a variable, and make that a parameter of the stack',
    );
    return undefined;
  }
  if (!isText(value)) return undefined;
  const path = value.pieces.join("");
  const text = readFile(path);
  if (text === undefined) report(value.at, `there is no file ${path} to read; commit it or correct the path`);
  // Text that is not UTF-8 would be changed on its way.
  else if (/[\0\uFFFD]/.test(text)) report(value.at, `${path} is not text in UTF-8; copy it into the image`);
  else return text === "" ? [] : [{ text }];
  return undefined;
}
