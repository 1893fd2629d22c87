import { parseEnvFile, variablesOf } from "./env-file.ts";
import { rendered } from "../tree/interpolate.ts";
import { normalise } from "../shape/normalise.ts";
import type { Position } from "../tree/problem.ts";
import { list, mapping, text } from "../shape/shape.ts";
import { single } from "../shape/short-forms.ts";
import { valueOf, withKey, type Entry, type Mapping, type Value } from "../tree/tree.ts";
import { directoryOf, pathFrom, remoteProblem, type Project } from "./project.ts";

const texts = list(text, { single: true });
const shape = list(
  mapping({ env_file: texts, path: texts, project_directory: text }, { long: single("path"), required: ["path"] }),
);

/** Reads the files of a project as one; returns undefined if a file cannot be read. */
type Load = (project: Project) => Mapping | undefined;

/** The file with what it includes, which `load` reads. */
export function applyIncludes(root: Mapping, project: Project, load: Load): Mapping {
  const written = valueOf(root, "include");
  if (written === undefined) return root;
  const own = { ...root, entries: root.entries.filter(({ key }) => key !== "include") };
  const includes = normalise(written, shape, '"include"', project);
  return includes?.kind === "sequence"
    ? includes.items.reduce<Mapping>((into, one) => addAll(into, included(one, project, load), project), own)
    : own;
}

/** One `include`, read as a separate project. */
function included(one: Value, project: Project, load: Load): Mapping | undefined {
  if (one.kind !== "mapping") return undefined;
  const paths = wordsOf(one, "path", project);
  const [first] = paths;
  if (first === undefined) return undefined;
  const elsewhere = paths.flatMap(({ word, at }) => {
    const problem = remoteProblem(word);
    return problem === undefined ? [] : [{ at, problem }];
  });
  for (const { at, problem } of elsewhere) project.report(at, problem);
  if (elsewhere.length > 0) return undefined;
  const files = paths.map(({ word }) => pathFrom(project.directory, word));
  const [main = ""] = files;
  const trail = [...project.trail, project.files[0] ?? ""];
  if (trail.includes(main)) {
    project.report(first.at, `${main} includes itself (${[...trail, main].join(" → ")}); remove one "include"`);
    return undefined;
  }
  const [base] = wordsOf(one, "project_directory", project);
  const directory = base === undefined ? directoryOf(main) : pathFrom(project.directory, base.word);
  const defined = wordsOf(one, "env_file", project)
    .filter(({ word }) => word !== "/dev/null")
    .reduce<readonly Entry[]>((before, { word, at }) => [...before, ...definitions(word, at, before, project)], []);
  const variables = { ...variablesOf(defined), ...project.variables };
  return load({ ...project, files, directory, variables, trail, asked: first.at });
}

/** The variables that an env file defines; they may refer to those of earlier env files. */
function definitions(
  path: string,
  at: Position,
  before: readonly Entry[],
  { directory, variables, readFile, report }: Project,
): readonly Entry[] {
  const file = pathFrom(directory, path);
  const content = readFile(file);
  if (content !== undefined) {
    const found = parseEnvFile({ file, text: content, variables, defined: variablesOf(before) }, report);
    for (const { value } of found)
      if (value.kind === "scalar") for (const fault of value.faults) report(fault.at, fault.message);
    return found;
  }
  report(at, `there is no file ${file} to read; commit it or correct the path`);
  return [];
}

/** The texts of a key that are known now, one or several. */
function wordsOf(
  one: Mapping,
  key: string,
  { report }: Project,
): readonly { readonly word: string; readonly at: Position }[] {
  const value = valueOf(one, key);
  const items = value?.kind === "sequence" ? value.items : value === undefined ? [] : [value];
  return items.flatMap((item) => {
    if (item.kind !== "scalar") return [];
    for (const { at, message } of item.faults) report(at, message);
    const unknown = item.pieces.some((piece) => typeof piece !== "string");
    if (unknown)
      report(item.at, `"${key}" of "include" must be known when the files are read; use plain variables only`);
    return unknown || item.broken ? [] : [{ word: rendered(item.pieces), at: item.at }];
  });
}

const resources = ["services", "volumes", "networks", "secrets", "configs"];

function addAll(into: Mapping, from: Mapping | undefined, project: Project): Mapping {
  return resources.reduce((root, key) => {
    const added = from && valueOf(from, key);
    return added?.kind === "mapping" ? withKey(root, key, add(key, valueOf(root, key), added, project)) : root;
  }, into);
}

function add(kind: string, own: Value | undefined, added: Mapping, { report }: Project): Mapping {
  const taken = own?.kind === "mapping" ? own.entries : [];
  const names = new Map(taken.map((entry) => [entry.key, entry]));
  for (const entry of added.entries) {
    const other = names.get(entry.key);
    if (other === undefined) names.set(entry.key, entry);
    else if (JSON.stringify(plain(other.value)) !== JSON.stringify(plain(entry.value)))
      report(
        other.at,
        `"${entry.key}" of "${kind}" is in ${entry.at.file}, too, which is included; give one of them another name`,
      );
  }
  return { kind: "mapping", at: (own ?? added).at, entries: [...names.values()] };
}

/** A value without its place. */
function plain(value: Value): unknown {
  if (value.kind === "scalar") return value.pieces.length === 0 ? value.value : value.pieces;
  if (value.kind === "sequence") return value.items.map(plain);
  const entries = value.entries.map((entry: Entry) => [entry.key, plain(entry.value)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
