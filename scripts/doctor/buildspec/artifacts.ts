import { valueOf, type Mapping, type Report, type Value } from "../../../compose/index.ts";

/** Reports what prevents the files of the top folder from reaching the pipeline under their own names. */
export function checkArtifacts(root: Mapping, handedOn: readonly string[], report: Report): void {
  const artifacts = valueOf(root, "artifacts");
  if (artifacts === undefined) {
    report(
      root.at,
      `it has no artifacts, so the pipeline gets no file; add artifacts with files: ${handedOn.join(", ")}`,
    );
  }
  if (artifacts?.kind !== "mapping") return;
  const [base, discarded] = [valueOf(artifacts, "base-directory"), valueOf(artifacts, "discard-paths")];
  if (base !== undefined && !/^(\.?\/*|\$\{?CODEBUILD_SRC_DIR\}?\/?)$/.test(textOf(base))) {
    report(
      base.at,
      `artifacts.base-directory: "${textOf(base)}" is not the folder of the source, where ${handedOn.join(", ")} are; remove it, or write "."`,
    );
  }
  if (discarded !== undefined && /^(yes|true)$/.test(textOf(discarded))) {
    report(
      discarded.at,
      `artifacts.discard-paths: "${textOf(discarded)}" puts the files of all folders into one, where they can replace each other; remove it, or write no`,
    );
  }
  const files = valueOf(artifacts, "files");
  if (files === undefined || files.kind === "mapping") return;
  for (const file of handedOn.filter((name) => !takes(files, name))) {
    report(files.at, `artifacts.files: no entry matches ${file}, which the pipeline reads; add it`);
  }
  const excluded = valueOf(artifacts, "exclude-paths");
  for (const file of handedOn.filter((name) => takes(excluded, name))) {
    report(
      excluded?.at ?? files.at,
      `artifacts.exclude-paths: it excludes ${file}, which the pipeline reads; do not exclude it`,
    );
  }
}

const textOf = (value: Value): string => (value.kind === "scalar" ? String(value.value ?? "") : "");

/** Whether one of the patterns matches a file of the top folder. */
function takes(patterns: Value | undefined, file: string): boolean {
  const all =
    patterns === undefined || patterns.kind === "mapping"
      ? []
      : patterns.kind === "sequence"
        ? patterns.items
        : [patterns];
  return all.some((pattern) => matches(textOf(pattern), file));
}

/** Whether a pattern matches a file of the top folder: `*` is any part of a name, `**` any folders. */
function matches(pattern: string, file: string): boolean {
  const expression = pattern
    .replace(/^(\.\/|\*\*\/)+/, "")
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${expression}$`).test(file);
}
