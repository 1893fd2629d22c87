import { ComposeError, readApplication, type Source } from "../../compose/index.ts";
import { readDocument } from "../../compose/files/document.ts";
import { collectProblems } from "../../compose/tree/problem.ts";
import { readerOf, type Project } from "./cases.ts";
import { corpusVariables } from "./corpus.ts";

/** What Compose and this project say of a project. */
export interface Verdicts {
  /** What compose-go says in the place where it ends; empty where it loads the project. */
  readonly compose: string;
  /** What this project says, a line each: of the reading, or of the translation where the reading finds nothing. */
  readonly said: readonly string[];
}

/** What this project says of such a project now. */
export function saidOf(project: Project): readonly string[] {
  const { read } = project;
  const source: Source = { files: read, variables: corpusVariables, readFile: readerOf(project) };
  const inReading = linesOf(() => collectProblems(read, (report) => readDocument(source, report)));
  return inReading.length > 0 ? inReading : linesOf(() => readApplication(source));
}

/** The problems that some work ends with, a line each; none where it ends well. */
export function linesOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof ComposeError) return error.message.split("\n");
    throw error;
  }
}
