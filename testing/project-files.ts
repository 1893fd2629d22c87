import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { configurationOf, type Configuration, type Mapping } from "./configuration.ts";

/** A project and one of its stacks, as Pulumi finds them in a folder. */
export interface ProjectStack extends Configuration {
  readonly project: string;
  /** Folder of Pulumi.yaml. */
  readonly directory: string;
  /** File that Node runs. */
  readonly program: string;
  /** Folder in which Pulumi runs it. */
  readonly folder: string;
}

/** Reads Pulumi.yaml and the stack's file in a folder, which is relative to the working folder. */
export function readProject(directory: string, stack: string): ProjectStack {
  const file = ["Pulumi.yaml", "Pulumi.yml"].map((name) => join(directory, name)).find((path) => existsSync(path));
  if (file === undefined) {
    throw new Error(`${join(directory, "Pulumi.yaml")}: there is no such file; set directory to your project's folder`);
  }
  const project = mappingIn(file);
  const { name, main, config, stackConfigDir } = project;
  if (typeof name !== "string") throw new Error(`${file}: the project has no name; write "name: …"`);
  // Before stackConfigDir, `config` could be the name of that folder.
  const place = [stackConfigDir, config].find((value) => typeof value === "string");
  const stackFile = stackFileIn(join(directory, typeof place === "string" ? place : ""), stack);
  const declared = typeof config === "string" ? {} : mapping(config, file, "config");
  return {
    project: name,
    directory: resolve(directory),
    ...programOf(resolve(directory, typeof main === "string" ? main : "")),
    ...configurationOf(name, declared, mapping(mappingIn(stackFile)["config"], stackFile, "config"), stackFile),
  };
}

function stackFileIn(folder: string, stack: string): string {
  const file = ["yaml", "yml"].map((end) => join(folder, `Pulumi.${stack}.${end}`)).find((path) => existsSync(path));
  if (file !== undefined) return file;
  const stacks = existsSync(folder)
    ? readdirSync(folder).flatMap((each) => /^Pulumi\.(.+)\.ya?ml$/.exec(each)?.[1] ?? [])
    : [];
  const remedy = stacks.length > 0 ? `choose from ${stacks.toSorted().join(", ")}` : "create it";
  throw new Error(`${join(folder, `Pulumi.${stack}.yaml`)}: there is no such file; ${remedy}`);
}

/** The program and its working folder, from the path that `main` names: a file or a folder. */
function programOf(path: string): Pick<ProjectStack, "program" | "folder"> {
  if (!existsSync(path)) throw new Error(`${path}: there is no such file; set "main" in Pulumi.yaml to your program`);
  if (!statSync(path).isDirectory()) return { program: path, folder: dirname(path) };
  const names = ["index.js", "index.mjs", "index.ts", "index.mts"];
  const found = [packageMain(path), ...names].find((name) => name !== undefined && existsSync(join(path, name)));
  if (found === undefined) throw new Error(`${basename(path)}: there is no index.ts; set "main" in Pulumi.yaml`);
  return { program: join(path, found), folder: path };
}

function packageMain(folder: string): string | undefined {
  const file = join(folder, "package.json");
  const { main } = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { main?: string }) : {};
  return main;
}

function mappingIn(file: string): Mapping {
  const document = parseDocument(readFileSync(file, "utf8"));
  const [error] = document.errors;
  if (error !== undefined) throw new Error(`${file}: ${error.message.split("\n")[0] ?? ""}`);
  return mapping(document.toJS(), file, "the file");
}

function mapping(value: unknown, file: string, what: string): Mapping {
  if (value === undefined || value === null) return {};
  if (typeof value === "object" && !Array.isArray(value)) return value as Mapping;
  throw new Error(`${file}: ${what} is not a mapping; write "key: value" lines`);
}
