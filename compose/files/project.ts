import { posix } from "node:path";
import { fileShape } from "../shape/file-shape.ts";
import { isRemote } from "../shape/leaf.ts";
import type { Variables } from "../tree/interpolate.ts";
import { normalise } from "../shape/normalise.ts";
import { parseYaml } from "../tree/parse-yaml.ts";
import type { Position, Report } from "../tree/problem.ts";
import type { Mapping } from "../tree/tree.ts";
/** Reads a file by its path from the environment's own directory; returns undefined if it cannot be read. */
export type ReadFile = (path: string) => string | undefined;

/** Compose files that are read as one, and what they are read with. */
export interface Project {
  /** Paths of the files; later files change what earlier ones say. */
  readonly files: readonly string[];
  /** Project directory, from which relative paths start; empty for the environment's own. */
  readonly directory: string;
  readonly variables: Variables;
  readonly readFile: ReadFile;
  readonly report: Report;
  /** Where another file names these. @default - nowhere */
  readonly asked?: Position;
  /** The files whose `include` led here, outermost first. */
  readonly trail: readonly string[];
}

/** One file alone, normalised; `asked` is where another file names it. */
export function loadFile(file: string, asked: Position | undefined, project: Project): Mapping | undefined {
  const { variables, directory, report } = project;
  const text = project.readFile(file);
  if (text === undefined) {
    if (asked === undefined)
      report(
        { file, line: 1, column: 1 },
        remoteProblem(file) ?? "there is no file to read; commit it or correct the path",
      );
    else report(asked, `there is no file ${file} to read; commit it or correct the path`);
    return undefined;
  }
  const root = parseYaml({ file, text, variables }, report);
  if (root === undefined) return undefined;
  if (root.kind !== "mapping") {
    report(root.at, 'a Compose file must be a mapping; write "services" with a service below it');
    return undefined;
  }
  const value = normalise(root, fileShape, "", { variables, directory, report });
  return value?.kind === "mapping" ? value : undefined;
}

/**
 * The problem with a path that is an address outside of the repository, which Compose would fetch; undefined for any
 * other path.
 */
export function remoteProblem(path: string): string | undefined {
  if (!isRemote(path)) return undefined;
  return `${path} is not in the repository, and nothing is read from elsewhere; copy the file into the repository and write its path`;
}

/** A path that a file names, relative to the environment's own directory. */
export function pathFrom(directory: string, path: string): string {
  return posix.isAbsolute(path) ? path : posix.normalize(posix.join(directory, path));
}

/** The directory of a path; empty for the environment's own. */
export function directoryOf(path: string): string {
  const directory = posix.dirname(path);
  return directory === "." ? "" : directory;
}

/** Whether a file or directory exists, by its path from the environment's own directory. */
export type Exists = (path: string) => boolean;
