import { parseEnvFile } from "./env-file.ts";
import { collectProblems, type Report } from "../tree/problem.ts";
import type { Entry } from "../tree/tree.ts";

/**
 * The values of an env file that become secrets; each has to be known now. Throws one ComposeError with all problems. It
 * repeats only names that have a value, and nothing else of the file: a line may be part of a secret.
 */
export function envFileValues(file: string, text: string): Readonly<Record<string, string>> {
  return collectProblems([file], (report) => {
    const unquoted: Report = (at, message) => {
      if (message.includes(" has an unclosed ")) report(at, "a quote is not closed; close it");
      // What is wrong with a variable is reported with its value.
      else if (message.includes(" is not the name of a variable")) report(at, noAssignment);
    };
    const entries = parseEnvFile({ file, text, variables: namesAlone(text) }, unquoted);
    return Object.fromEntries(entries.map((entry) => [entry.key, plainValue(entry, report)]));
  });
}

const noAssignment = "this is not NAME=value; write it like that, with quotes around a value of several lines";

/** Names without a value, which Compose would take from the shell; they are refused here. */
const namesAlone = (text: string) =>
  Object.fromEntries([...text.matchAll(/^\s*(?:export\s+)?([^\s=:#]+)\s*$/gm)].map(([, name = ""]) => [name, unknown]));

const unknown = { kind: "build" } as const;

function plainValue({ key, at, value }: Entry, report: Report): string {
  if (!/^[A-Za-z_]\w*$/.test(key)) {
    report(at, "this cannot be the name of a Compose variable; use letters, digits and _, beginning with a letter");
    return "";
  }
  if (value.kind !== "scalar") return "";
  const { pieces, faults } = value;
  const [first] = pieces;
  const known = pieces.filter((piece) => typeof piece === "string");
  if (typeof first === "object" && first.variable === key) report(at, noAssignment);
  else if (faults.length > 0 || known.length < pieces.length) {
    report(at, `${key}: a $ begins a variable; put the value into '…', or write $$`);
  } else if (known.join("") === "") report(at, `${key} has no value; give it one, or remove the line`);
  return known.join("");
}
