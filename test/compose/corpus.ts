import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { readDocument } from "../../compose/files/document.ts";
import { collectProblems } from "../../compose/tree/problem.ts";
import { toConfig } from "./config.ts";

/** Variables that the corpus may use; any other is not set. */
export const corpusVariables: Readonly<Record<string, string>> = {
  EMPTY: "",
  LOG_LEVEL: "info",
  NAME: "shop",
  PORT: "8080",
  TAG: "v1",
};

/** Files of a corpus that are read as one: a file, or in a folder those whose names begin with "docker-compose". */
export interface Sample {
  readonly name: string;
  readonly directory: string;
  readonly files: readonly string[];
}

/** The samples in a folder, by name. */
export function samplesIn(folder: string): readonly Sample[] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => {
      const directory = join(folder, name);
      if (!statSync(directory).isDirectory()) return { name, directory: folder, files: [name] };
      const files = readdirSync(directory).filter((file) => file.startsWith("docker-compose"));
      return { name, directory, files: files.toSorted() };
    });
}

/** What this project reads, as Compose would print it. */
export function configOf({ directory, files }: Sample): unknown {
  const variables = Object.fromEntries(
    Object.entries(corpusVariables).map(([name, value]) => [name, { kind: "plain", value }] as const),
  );
  const readFile = (path: string): string | undefined => {
    try {
      return readFileSync(join(directory, path), "utf8");
    } catch {
      return undefined;
    }
  };
  // A variable that is not set is no mistake for Compose, which takes an empty text.
  return collectProblems(files, (report) => {
    const root = readDocument({ files, variables, readFile }, (at, message) => {
      if (!message.startsWith("nothing sets ")) report(at, message);
    });
    return root && toConfig(root, { directory, project: basename(directory) });
  });
}
