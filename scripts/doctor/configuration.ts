import {
  ownConfiguration,
  projectConfiguration,
  type Configured,
  type ProjectFile,
} from "../pulumi/project-configuration.ts";

/**
 * The configuration as the engine passes it to the program: what the project's file sets, then the values of the stack's
 * file. The program itself adds the defaults of its table. Encrypted values stay encrypted, since only their presence
 * matters here.
 */
export function configurationOf(project: ProjectFile, stack: Pick<ProjectFile, "config">): Record<string, string> {
  const all = { ...projectConfiguration(project), ...ownConfiguration(project, (stack.config ?? {}) as Configured) };
  return Object.fromEntries(
    Object.entries(all).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
