import { applyDefaults } from "../shape/defaults.ts";
import { applyExtends } from "./extends.ts";
import { fileShape } from "../shape/file-shape.ts";
import { applyIncludes } from "./include.ts";
import { merge, settled } from "../shape/merge.ts";
import type { Mapping, Value } from "../tree/tree.ts";
import { type Project, loadFile } from "./project.ts";

/** The files of a project as one normalised mapping; undefined if a file cannot be read. */
export function loadProject(project: Project): Mapping | undefined {
  const { report } = project;
  const layers = project.files.flatMap((file) => loadLayer(file, project) ?? []);
  const [first] = layers;
  if (first === undefined || layers.length < project.files.length) return undefined;
  const nothing: Mapping = { ...first, entries: [] };
  const merged = layers.reduce<Value>((before, after) => merge(before, after, fileShape, report), nothing);
  return applyDefaults(settled(merged), fileShape, project.directory) as Mapping;
}

/** One file with what it extends and includes. */
function loadLayer(file: string, project: Project): Mapping | undefined {
  const layer = loadFile(file, project.asked, project);
  if (layer === undefined) return undefined;
  return applyIncludes(applyExtends(layer, { ...project, file }), project, loadProject);
}
