import type { Variables } from "../../compose/index.ts";
import { readDocument } from "../../compose/files/document.ts";
import { collectProblems } from "../../compose/tree/problem.ts";
import { readerOf, type Project } from "./cases.ts";
import { toConfig, type ConfigArgs } from "./config.ts";

/** Values of the variables that the corpus may use; no other variable is set. */
export const corpusValues: Readonly<Record<string, string>> = {
  EMPTY: "",
  LOG_LEVEL: "info",
  NAME: "shop",
  PORT: "8080",
  TAG: "v1",
};

/** The same, as the stack declares them. */
export const corpusVariables: Variables = Object.fromEntries(
  Object.entries(corpusValues).map(([name, value]) => [name, { kind: "plain", value }] as const),
);

/** What this project reads, as Compose would print it at that place. */
export function configOf(project: Project, place: ConfigArgs): unknown {
  // Compose accepts a variable that is not set, and takes an empty text.
  return collectProblems(project.read, (report) => {
    const source = { files: project.read, variables: corpusVariables, readFile: readerOf(project) };
    const root = readDocument(source, (at, message) => {
      if (!message.startsWith("nothing sets ")) report(at, message);
    });
    return root && toConfig(root, place);
  });
}
