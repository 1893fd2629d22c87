import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { linesOf } from "./env-files.ts";
import { findComposeFiles, findDockerfiles, type Folder } from "./find.ts";
import { gitFacts, type GitFacts } from "./git-facts.ts";
import { repositoryOf, type SourceRepository } from "./git-remote.ts";

/** What `init` finds in a folder. */
export interface Found {
  /** The absolute path of the application's folder. */
  readonly folder: string;
  readonly files: Folder;
  readonly composeFiles: readonly string[];
  readonly dockerfiles: readonly string[];
  readonly git: GitFacts | undefined;
  readonly source: SourceRepository | undefined;
  readonly region: string | undefined;
  /** A name for the application: that of its repository or of its folder. */
  readonly name: string;
  /** Whether Git has a file, or would take it. */
  readonly tracked: (path: string) => boolean;
}

/** Looks into the folder of an application. */
export function look(folder: string, environment: NodeJS.ProcessEnv = process.env): Found {
  const files = folderAt(folder);
  const git = gitFacts(folder);
  const source = git?.remote === undefined ? undefined : repositoryOf(git.remote);
  const ofRepository = git?.inside === "" ? source?.repository.split("/").at(-1) : undefined;
  return {
    folder,
    files,
    composeFiles: findComposeFiles(files),
    dockerfiles: findDockerfiles(files),
    git,
    source,
    region: source?.region ?? configuredRegion(environment),
    name: ofRepository ?? basename(folder),
    tracked: (path) =>
      git === undefined
        ? files.exists(path) && !/(^|\/)\.env[^/]*(?<!example|sample|dist)$/.test(path)
        : git.files.has(path),
  };
}

/** A folder of this machine, by paths from it. */
export function folderAt(folder: string): Folder {
  const at = (path: string): string => resolve(folder, path);
  const isFile = (path: string): boolean => statSync(at(path), { throwIfNoEntry: false })?.isFile() === true;
  return {
    readFile: (path) => (isFile(path) ? readFileSync(at(path), "utf8") : undefined),
    exists: (path) => existsSync(at(path)),
    list: (path) =>
      statSync(at(path), { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(at(path)) : [],
  };
}

/** The region that AWS's own tools would take. */
function configuredRegion(environment: NodeJS.ProcessEnv): string | undefined {
  const { AWS_REGION: region, AWS_DEFAULT_REGION: usual, AWS_PROFILE: profile = "default" } = environment;
  if (region || usual) return region || usual;
  const file = environment["AWS_CONFIG_FILE"] ?? join(homedir(), ".aws", "config");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const sections = text.split(/^\s*\[/m).find((part) => part.replace(/^profile\s+/, "").startsWith(`${profile}]`));
  return /^\s*region\s*=\s*(\S+)/m.exec(sections ?? "")?.[1];
}

/** The values of the variables that a Compose file takes from a file next to it, as far as Git has them. */
export function knownValues(
  place: string,
  { files, tracked }: Pick<Found, "files" | "tracked">,
): Readonly<Record<string, string>> {
  const names = [".env.example", ".env.sample", ".env.dist", ".env.template", ".env"].map((name) => join(place, name));
  const found = names.filter(tracked).map((name) => linesOf(files.readFile(name) ?? ""));
  // A reference to another variable is no value.
  const isValue = (value: string): boolean => value !== "" && !value.includes("$");
  return Object.fromEntries(found.flatMap((values) => Object.entries(values)).filter(([, value]) => isValue(value)));
}
