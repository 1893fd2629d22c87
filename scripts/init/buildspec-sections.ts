import { isMap, isSeq, type Document, type YAMLMap } from "yaml";

/** A line of an old buildspec, and what becomes of it. */
export interface ExplainedLine {
  /** Where it is, such as `build`. */
  readonly where: string;
  readonly text: string;
  readonly becomes: string;
}

/** What becomes of the programs that a phase asks for. */
export function runtimesOf(phases: YAMLMap): readonly ExplainedLine[] {
  return phases.items.flatMap(({ key, value }) => {
    const runtimes = isMap(value) ? value.get("runtime-versions") : undefined;
    return (isMap(runtimes) ? runtimes.items : []).map((runtime) => ({
      where: `${String(key)}/runtime-versions`,
      text: `${String(runtime.key)}: ${String(runtime.value)}`,
      becomes:
        String(runtime.key) === "docker"
          ? "nothing: the build's image has Docker"
          : "nothing: the build only runs Docker; what the Dockerfile needs is in the image that it begins with",
    }));
  });
}

/** What becomes of the sections behind the phases. */
export function sectionsOf(document: Document): readonly ExplainedLine[] {
  const files = document.getIn(["artifacts", "files"]);
  const names = isSeq(files) ? files.items.map(String) : typeof files === "string" ? [files] : [];
  const explained = names.map((text) => ({ where: "artifacts/files", text, ...artifactFate(text) }));
  const sections = Object.entries(sectionFates).flatMap(([where, becomes]) =>
    document.has(where) ? [{ where, text: "the whole section", becomes }] : [],
  );
  return [...explained, ...sections];
}

const artifactFate = (file: string): Pick<ExplainedLine, "becomes"> => ({
  becomes: /imagedefinitions|imageDetail|taskdef|appspec/i.test(file)
    ? "nothing: the build hands its own files to the next stage"
    : "nothing hands it on: if a later stage needs it, write a buildspec of your own (setting buildspec)",
});

const sectionFates: Readonly<Record<string, string>> = {
  cache: "the setting buildCache: layers are kept in ECR",
  reports: "the setting testReports, with a buildspec of your own",
};
