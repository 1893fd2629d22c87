import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { Refusal } from "../kit/refusal.ts";
import { stackFileName } from "../kit/stack-file-name.ts";
import { completeConfiguration, type Configured, type ProjectFile } from "./project-configuration.ts";
import { projectDirectory } from "./project-directory.ts";

/** The files that configure a stack. */
export interface StackFiles {
  readonly project: ProjectFile;
  /** The stack's own file; undefined if there is none. */
  readonly own: ProjectFile | undefined;
}

/** Reads the files of a stack in a project's folder; throws a Refusal for a file that is not YAML. */
export function stackFiles(stack: string, directory: string): StackFiles {
  const project = mappingIn(directory, "Pulumi.yaml");
  if (project === undefined) throw new Refusal("Pulumi.yaml: there is no such file; restore it");
  return { project, own: mappingIn(directory, stackFileName(stack)) };
}

/** What a stack's files configure. Encrypted values stay encrypted. */
export interface StackConfiguration {
  /** The project's name, with which its keys begin. */
  readonly project: string;
  readonly configured: Configured;
}

/** Reads the configuration of a stack; throws a Refusal if the stack has no file. */
export function stackConfiguration(stack: string, directory: string): StackConfiguration {
  const { project, own } = stackFiles(stack, directory);
  if (own === undefined) {
    const file = stackFileName(stack);
    throw new Refusal(`stack ${stack}: there is no ${file}; run \`pulumi stack init ${stack}\``);
  }
  return configurationIn({ project, own });
}

/** The application's folder of a stack. A stack without a file has that of its project, by default the project's own. */
export function applicationDirectory(stack: string, directory = projectDirectory()): string {
  const { project, configured } = configurationIn(stackFiles(stack, directory));
  const given = configured[`${project}:applicationDirectory`];
  return resolve(directory, typeof given === "string" ? given : ".");
}

function configurationIn({ project, own }: StackFiles): StackConfiguration {
  const { name = "" } = project;
  return { project: name, configured: completeConfiguration(project, (own?.config ?? {}) as Configured) };
}

/** The mapping in a file; undefined if there is no such file. */
function mappingIn(directory: string, file: string): ProjectFile | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, file), "utf8");
  } catch {
    return undefined;
  }
  try {
    return (parse(text) as ProjectFile | null) ?? {};
  } catch (error) {
    const [line = ""] = String(error instanceof Error ? error.message : error).split("\n");
    throw new Refusal(`${file}: it is not YAML (${line.replace(/:$/, "")}); correct it`);
  }
}
