import { posix } from "node:path";
import type { WrittenFile } from "../files/container-file.ts";
import type { Piece } from "../tree/interpolate.ts";
import type { Position } from "../tree/problem.ts";
import { implied, mappingAt, valueOf, withKey, type Mapping, type Scalar, type Value } from "../tree/tree.ts";
import type { Volume } from "./volumes.ts";
import type { Service } from "./service.ts";

/**
 * The default image for the container that writes files: it is small, for all processors, and in a registry that needs
 * no login.
 */
export const filesImage = "public.ecr.aws/docker/library/busybox:1.37.0";

/** A service that reads files, the one that writes them before it starts, and the volumes in between. */
export interface WithFiles {
  readonly reader: Service;
  readonly writer: Service;
  readonly volumes: readonly Volume[];
}

/**
 * A second service of the same task, which brings `secrets` and `configs` into a container: it has their content in its
 * environment, writes it into volumes, and ends. Both services mount the volumes at the same paths.
 */
export function filesService(reader: Service, files: readonly WrittenFile[]): WithFiles {
  const name = `${reader.name}-files`;
  const at = files[0]?.at ?? reader.at;
  const folders = foldersOf(files.map(({ path }) => posix.dirname(path)));
  const volumes = folders.map((path, index) => ({ name: index === 0 ? name : `${name}-${index + 1}`, path }));
  const mounts = (readOnly: boolean): readonly Value[] =>
    volumes.map((volume) => mountOf(volume, readOnly, files.find(({ path }) => isIn(path, volume.path))?.at ?? at));
  const { script, environment } = writing(files, folders);
  const { service, filesImage: image } = reader.ecs;
  const text = (value: string | boolean): Scalar => implied(at, value);
  const keys = mappingAt(at, {
    image: implied(image?.at ?? at, image?.reference ?? filesImage),
    entrypoint: sequence(at, [text("/bin/sh"), text("-ec")]),
    command: sequence(at, [text(script)]),
    user: text("0:0"),
    read_only: text(true),
    environment: { kind: "mapping", at, entries: environment.map((value, index) => entry(partName(index), value)) },
    volumes: sequence(at, mounts(false)),
  });
  return {
    reader: { ...reader, keys: reading(reader.keys, name, at, mounts(true)), files },
    writer: { name, at, role: reader.role, ecs: { service }, keys, filesOf: reader.name },
    volumes: volumes.map((volume) => ({ name: volume.name })),
  };
}

const sequence = (at: Position, items: readonly Value[]): Value => ({ kind: "sequence", at, items });
const entry = (key: string, value: Scalar): Mapping["entries"][number] => ({ key, at: value.at, value });
const partName = (index: number): string => `PART_${index + 1}`;
const isIn = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

/** The directories without those that are inside another one, sorted. */
function foldersOf(directories: readonly string[]): readonly string[] {
  const sorted = [...new Set(directories)].toSorted();
  return sorted.filter((path) => !sorted.some((other) => isIn(path, other)));
}

function mountOf(volume: { readonly name: string; readonly path: string }, readOnly: boolean, at: Position): Mapping {
  return mappingAt(at, {
    type: implied(at, "volume"),
    source: implied(at, volume.name),
    target: implied(at, volume.path),
    read_only: readOnly ? implied(at, true) : undefined,
  });
}

/** The reader's keys with the mounts and a dependency on the writer. */
function reading(keys: Mapping, writer: string, at: Position, mounts: readonly Value[]): Mapping {
  const [volumes, dependencies] = [valueOf(keys, "volumes"), valueOf(keys, "depends_on")];
  const own = volumes?.kind === "sequence" ? volumes.items : [];
  const waits = dependencies?.kind === "mapping" ? dependencies.entries : [];
  const ended = mappingAt(at, {
    condition: implied(at, "service_completed_successfully"),
    required: implied(at, true),
  });
  const mounted = withKey(keys, "volumes", sequence(volumes?.at ?? at, [...own, ...mounts]));
  return withKey(mounted, "depends_on", {
    kind: "mapping",
    at: dependencies?.at ?? at,
    entries: [...waits, { key: writer, at, value: ended }],
  });
}

/** Commands that write the files, and the values of the variables that they use. */
function writing(
  files: readonly WrittenFile[],
  folders: readonly string[],
): { readonly script: string; readonly environment: readonly Scalar[] } {
  const environment: Scalar[] = [];
  const lines = files.flatMap(({ path, mode, owner, parts, from }) => {
    const used = parts.map((part) => {
      environment.push(scalarOf("text" in part ? part.text : { ...part, kind: "parameter", offset: 0 }, from));
      return `"$${partName(environment.length - 1)}"`;
    });
    const directory = posix.dirname(path);
    const to = quoted(path);
    return [
      ...(folders.includes(directory) ? [] : [`mkdir -p ${quoted(directory)}`]),
      `printf %s ${used.length === 0 ? '""' : used.join(" ")} >${to}`,
      `chown ${owner} ${to}`,
      `chmod ${mode} ${to}`,
    ];
  });
  return { script: lines.join("\n"), environment };
}

function scalarOf(piece: Piece, at: Position): Scalar {
  return typeof piece === "string" ? implied(at, piece) : { ...implied(at, piece.variable), pieces: [piece] };
}

const quoted = (path: string): string => `'${path.replaceAll("'", String.raw`'\''`)}'`;
