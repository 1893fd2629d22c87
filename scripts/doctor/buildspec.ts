import { parse } from "yaml";
import { missing, ok, type Check } from "./check.ts";

/** A buildspec, and the files that the pipeline takes from it. */
export interface Buildspec {
  readonly path: string;
  /** Undefined where there is no such file. */
  readonly text: string | undefined;
  /** One for each ECS service. */
  readonly imageDefinitions: readonly string[];
}

/** Whether CodeBuild understands a buildspec, and whether it hands on what the pipeline deploys. */
export function judgeBuildspec({ path, text, imageDefinitions }: Buildspec): readonly Check[] {
  if (text === undefined) return [missing(`${path}: there is no such file; commit it, or set buildspec to its path`)];
  const found = parsed(text);
  if (found === undefined) return [missing(`${path}: it is no YAML mapping; correct it`)];
  const problems = [...versionProblems(found), ...obsolete(found), ...artifactProblems(found, imageDefinitions)];
  if (problems.length > 0) return problems.map((problem) => missing(`${path}: ${problem}`));
  return [ok(`${path}: version 0.2, with ${imageDefinitions.join(", ")}`)];
}

interface Mapping {
  readonly [key: string]: unknown;
}

const isMapping = (value: unknown): value is Mapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(text: string): Mapping | undefined {
  try {
    const found: unknown = parse(text);
    return isMapping(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

function versionProblems({ version }: Mapping): readonly string[] {
  if (version === 0.2 || version === "0.2") return [];
  const said =
    version === undefined
      ? "it has no version"
      : `in version ${JSON.stringify(version)} each command has a shell of its own`;
  return [`${said}; write \`version: 0.2\``];
}

/** What was right once, and what to write instead (CodeBuild user guide, "Docker images provided by CodeBuild"; AWS CLI 2 migration guide; Docker, "Migrate to Compose v2"). */
const outdated: readonly { readonly when: RegExp; readonly say: string }[] = [
  {
    when: /\baws\s+ecr\s+get-login(?!-)/,
    say: "`aws ecr get-login` is gone; write `aws ecr get-login-password | docker login --username AWS --password-stdin REGISTRY`",
  },
  {
    when: /\bpip3?\s+install\s[^\n]*\bdocker-compose\b|\bcompose\/releases\/download\/v?1\./,
    say: "it installs Compose v1, which is gone; take the install away, `docker compose` is in the build's image",
  },
];

function obsolete({ phases }: Mapping): readonly string[] {
  const each = isMapping(phases) ? Object.entries(phases) : [];
  const runtimes = each.flatMap(([name, phase]) => {
    const versions = isMapping(phase) ? phase["runtime-versions"] : undefined;
    return isMapping(versions) && "docker" in versions
      ? [`phases.${name}.runtime-versions: docker is gone; take it away, Docker is in the build's image`]
      : [];
  });
  const commands = each.flatMap(([, phase]) => (isMapping(phase) ? [phase["commands"], phase["finally"]] : []));
  const lines = commands.flat(2).filter((line) => typeof line === "string");
  return [...runtimes, ...outdated.filter(({ when }) => lines.some((line) => when.test(line))).map(({ say }) => say)];
}

function artifactProblems({ artifacts }: Mapping, wanted: readonly string[]): readonly string[] {
  const files: unknown = isMapping(artifacts) ? artifacts["files"] : undefined;
  const patterns = (Array.isArray(files) ? files : [files]).filter((file) => typeof file === "string");
  return wanted
    .filter((file) => !patterns.some((pattern) => matches(pattern, file)))
    .map((file) => `artifacts.files: nothing there is ${file}, which the pipeline deploys from; add it`);
}

/** Whether a pattern of `artifacts.files` takes a file of the top folder. */
function matches(pattern: string, file: string): boolean {
  const expression = pattern
    .replace(/^(\.\/|\*\*\/)+/, "")
    .split("*")
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${expression}$`).test(file);
}
