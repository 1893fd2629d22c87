import { ComposeError, readApplication, type Source } from "../../compose/index.ts";
import { readDocument } from "../../compose/files/document.ts";
import { collectProblems } from "../../compose/tree/problem.ts";
import { readerOf, type Project } from "./cases.ts";
import { corpusVariables } from "./corpus.ts";

/** What Compose and this project say about a project. */
export interface Verdicts {
  /** The message with which compose-go ends; empty if it loads the project. */
  readonly compose: string;
  /** The problems that this project reports, a line each: those of reading, or of translating if reading finds none. */
  readonly said: readonly string[];
}

/** The problems that this project reports for a project now. */
export function saidOf(project: Project): readonly string[] {
  const { read } = project;
  const source: Source = { files: read, variables: corpusVariables, readFile: readerOf(project) };
  const inReading = linesOf(() => collectProblems(read, (report) => readDocument(source, report)));
  return inReading.length > 0 ? inReading : linesOf(() => readApplication(source));
}

/** The problems of the ComposeError that `work` throws, a line each; empty if it throws none. */
export function linesOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof ComposeError) return error.message.split("\n");
    throw error;
  }
}
