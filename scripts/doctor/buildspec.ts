import { parseYaml, valueOf, type Mapping, type Problem, type Report } from "../../compose/index.ts";
import { checkArtifacts } from "./buildspec/artifacts.ts";
import { checkCommands } from "./buildspec/commands.ts";
import { checkShape } from "./buildspec/shape.ts";
import { buildspecShape } from "./buildspec/syntax.ts";
import { missing, ok, type Check } from "./check.ts";

/** A buildspec, and the files that the pipeline takes from it. */
export interface Buildspec {
  readonly path: string;
  /** Undefined if there is no such file. */
  readonly text: string | undefined;
  /** One for each ECS service that has a built image. */
  readonly imageDefinitions: readonly string[];
  /** Whether the build's role may write test reports. */
  readonly testReports: boolean;
}

/**
 * Checks whether CodeBuild accepts a buildspec, and whether its artifacts contain what the pipeline releases
 * (docs/buildspec.md).
 */
export function judgeBuildspec(buildspec: Buildspec): readonly Check[] {
  const { path, text, imageDefinitions } = buildspec;
  if (text === undefined)
    return [
      missing(
        `${path}: there is no such file; commit it, set buildspec to its path, or remove the setting to run this program's own buildspec`,
      ),
    ];
  const handedOn = [...imageDefinitions, "release.json"];
  const problems = problemsOf({ ...buildspec, text }, handedOn).toSorted(
    (a, b) => a.line - b.line || a.column - b.column,
  );
  if (problems.length > 0) {
    return problems.map(({ line, column, message }) => missing(`${path}:${line}:${column}: ${message}`));
  }
  return [ok(`${path}: version 0.2, with ${handedOn.join(", ")}`)];
}

function problemsOf(
  { path: file, text, testReports }: Buildspec & { readonly text: string },
  handedOn: readonly string[],
): readonly Problem[] {
  const problems: Problem[] = [];
  const report: Report = (at, message) => void problems.push({ ...at, message });
  const root = parseYaml({ file, text }, report);
  if (root === undefined) return problems;
  if (root.kind !== "mapping") {
    report(root.at, "it is not a mapping; a buildspec begins with `version: 0.2`");
    return problems;
  }
  checkVersion(root, report);
  checkShape(root, buildspecShape, "", report);
  checkCommands(root, text, report);
  checkArtifacts(root, handedOn, report);
  const reports = root.entries.find(({ key }) => key === "reports");
  if (reports !== undefined && !testReports) {
    report(
      reports.at,
      "reports: the build's role may not write them; set testReports to true for the stack, or remove reports",
    );
  }
  return problems;
}

function checkVersion(root: Mapping, report: Report): void {
  const version = valueOf(root, "version");
  if (version === undefined) {
    report(root.at, "it has no version; write `version: 0.2`");
  } else if (version.kind !== "scalar" || String(version.value) !== "0.2") {
    const given = version.kind === "scalar" ? version.written : `a ${version.kind}`;
    const why = given === "0.1" ? ", where each command runs in a separate shell" : "";
    report(version.at, `version: "${given}"${why}; write \`version: 0.2\``);
  }
}
