import { containerDefinitions, taskTemplate } from "../../components/plain.ts";
import {
  placesOf,
  templateLabel,
  writtenLines,
  type Application,
  type ComposeFile,
  type Container,
  type Position,
  type Service,
  type Task,
  type WrittenLine,
} from "../../compose/index.ts";
import { accountFreeNames } from "./check.ts";
import type { ComposeProject, ReadFile } from "./project.ts";
import { definitionOrigins, fateOf, type Origin } from "./definition-origins.ts";
import { Refusal } from "../kit/refusal.ts";

/** A container definition, key by key, with the lines that each key comes from. */
export interface Explanation {
  readonly service: string;
  /** The service whose `secrets` and `configs` it writes, if it was added for that; missing otherwise. */
  readonly addedFor?: string;
  readonly files: readonly string[];
  /** Task definition family. */
  readonly family: string;
  readonly size: Task["size"];
  readonly definition: readonly ExplainedKey[];
  /** Keys of the service that are not part of the container definition. */
  readonly elsewhere: readonly ExplainedKey[];
}

export interface ExplainedKey {
  readonly key: string;
  /** The value that ECS would get; for a key that is not part of the definition, a sentence about what it becomes. */
  readonly value: unknown;
  /** The lines of the files; empty for a default. */
  readonly lines: readonly WrittenLine[];
  /** Why it is there although no line sets it. */
  readonly otherwise?: string;
}

/** A project, what its files say, and what ECS runs. */
export interface Translated {
  readonly project: ComposeProject;
  readonly file: ComposeFile;
  readonly application: Application;
}

/** Explains how a Compose service becomes a container; throws a Refusal for a service that ECS does not run. */
export function explanationOf(name: string, of: Translated, readFile: ReadFile): Explanation {
  const service = of.file.services.find((one) => one.name === name);
  if (service === undefined) throw new Refusal(noService(name, of.file));
  const found = taskWith(name, of);
  if (found === undefined)
    throw new Refusal(
      `${name}: it is for ${service.role === "test" ? "tests" : "people"} only, and ECS does not run it; choose another service`,
    );
  const lines = (places: readonly Position[]) => writtenLines(places, of.file.files, readFile);
  const definition = definitionOf(name, found, of);
  return {
    service: name,
    ...(service.filesOf !== undefined && { addedFor: service.filesOf }),
    files: of.file.files,
    family: found.family,
    size: found.size,
    definition: Object.entries(definition).map(([key, value]) =>
      explained(key, value, lines(placesFor(key, value, service))),
    ),
    elsewhere: others(service).map(([key, path]) => ({ key, value: fateOf(key), lines: lines(path) })),
  };
}

function noService(name: string, { files, services }: ComposeFile): string {
  return `${files.join(", ")}: there is no service "${name}"; choose one of ${services.map((one) => one.name).join(", ")}`;
}

/** The task of a container: that of an ECS service, or a release task. */
interface Surrounding {
  readonly family: string;
  readonly containers: readonly Container[];
  readonly volumes: readonly string[];
  readonly size: Task["size"];
  readonly connected: boolean;
}

function taskWith(name: string, { project, application }: Translated): Surrounding | undefined {
  const names = accountFreeNames(project);
  const task = application.services.find(({ containers }) => containers.some((one) => one.name === name));
  if (task !== undefined) return { ...task, family: names.service(task.name).family };
  const alone = application.release.find(
    (one) => one.name === name || application.releaseFiles[one.name]?.name === name,
  );
  if (alone === undefined) return undefined;
  const writer = application.releaseFiles[alone.name];
  const volumes = alone.mounts.map(({ volume }) => volume);
  const containers = writer === undefined ? [alone] : [alone, writer];
  return { family: names.releaseFamily(alone.name), containers, volumes, size: alone.size, connected: false };
}

/** The definition as `up` would write it; a word in capitals stands for what only AWS or a build knows. */
function definitionOf(name: string, task: Surrounding, { project }: Translated): Readonly<Record<string, unknown>> {
  const names = accountFreeNames(project);
  const { architecture, parameterNames } = project.settings;
  const template = taskTemplate({ names, family: task.family, task, parameterNames, architecture });
  const { accountId, region } = names.place;
  const image = (repository: string | undefined) =>
    `${accountId}.dkr.ecr.${region}.amazonaws.com/${repository ?? ""}:COMMIT`;
  const definitions = containerDefinitions(template, ({ repository }) => image(repository));
  const { name: itself, image: reference, ...rest } = definitions.find((one) => one["name"] === name) ?? {};
  const labels = rest["dockerLabels"] as Readonly<Record<string, string>>;
  // The digest covers names that are not known here.
  return { name: itself, image: reference, ...rest, dockerLabels: { ...labels, [templateLabel]: "DIGEST" } };
}

function explained(key: string, value: unknown, lines: readonly WrittenLine[]): ExplainedKey {
  const { otherwise = "the default" } = originOf(key);
  return { key, value, lines, ...(lines.length === 0 && { otherwise }) };
}

const originOf = (key: string): Origin =>
  (Object.hasOwn(definitionOrigins, key) && definitionOrigins[key]) || { from: [] };

function placesFor(key: string, value: unknown, service: Service): readonly Position[] {
  if (key === "name") return [service.at];
  const named =
    key === "environment" || key === "secrets"
      ? new Set((value as { readonly name: string }[]).map(({ name }) => name))
      : undefined;
  if (named?.size === 0) return [];
  return originOf(key).from.flatMap((path) => placesOf(service.keys, path, named && ((name) => named.has(name))));
}

/** Keys of the service that no container definition has, and their places; those of `deploy` one by one. */
function others({ keys }: Service): readonly (readonly [key: string, places: readonly Position[]])[] {
  const known = new Set(
    Object.values(definitionOrigins).flatMap(({ from }) => from.map((key) => key.replace(/\[.*$/, ""))),
  );
  const names = keys.entries.flatMap(({ key, value }) =>
    key === "deploy" && value.kind === "mapping"
      ? value.entries.filter((entry) => entry.key !== "resources").map((entry) => `deploy.${entry.key}`)
      : [key],
  );
  return names
    .filter((key) => !known.has(key))
    .map((key) => [key, placesOf(keys, key)] as const)
    .filter(([, places]) => places.length > 0);
}
