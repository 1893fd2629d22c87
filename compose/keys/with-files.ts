import { dirname } from "node:path/posix";
import type { WrittenFile } from "../files/container-file.ts";
import { containerFiles } from "./container-files.ts";
import { field, isText } from "../tree/fields.ts";
import type { FileContext } from "../files/file-source.ts";
import { filesService, type WithFiles } from "./files-service.ts";
import type { Report } from "../tree/problem.ts";
import { isTmpfs } from "./tmpfs.ts";
import type { Mapping, Value } from "../tree/tree.ts";
import type { Volume } from "./volumes.ts";
import type { Service } from "./service.ts";

/** The services and volumes of a file, and those that are added to write `secrets` and `configs` into containers. */
export function withFiles(
  { services, volumes }: { readonly services: readonly Service[]; readonly volumes: readonly Volume[] },
  root: Mapping,
  context: FileContext,
): { readonly services: readonly Service[]; readonly volumes: readonly Volume[] } {
  const added: Volume[] = [];
  const all = services.flatMap((service): readonly Service[] => {
    if (service.role !== "task" && service.role !== "release") return [service];
    const files = containerFiles(service.keys, root, context);
    if (files.length === 0) {
      checkImage(service, context.report);
      return [service];
    }
    const found = filesService(service, files);
    checkNames(found, { services, volumes }, context.report);
    checkPlaces(service, files, context.report);
    added.push(...found.volumes);
    // A release task waits for the tasks before it.
    return [found.writer, found.reader];
  });
  return { services: all, volumes: [...volumes, ...added] };
}

/** Reports a name of an added service or volume that the Compose file uses already. */
function checkNames(
  { writer, reader, volumes }: WithFiles,
  taken: { readonly services: readonly Service[]; readonly volumes: readonly Volume[] },
  report: Report,
): void {
  const said = `the container that writes the files of "${reader.name}" is named "${writer.name}"`;
  const other = taken.services.find(({ name }) => name === writer.name);
  if (other !== undefined) report(other.at, `${said}; give this service another name`);
  const volume = volumes.find(({ name }) => taken.volumes.some((one) => one.name === name));
  if (volume !== undefined)
    report(reader.at, `${said} and mounts a volume "${volume.name}"; give your volume of that name another name`);
}

/** AWS does not document the order in which ECS mounts; a later mount would hide an earlier one below it. */
function checkPlaces({ keys }: Service, files: readonly WrittenFile[], report: Report): void {
  const volumes = field(keys, "volumes")?.value;
  const targets = (volumes?.kind === "sequence" ? volumes.items : []).flatMap((item) => {
    const target = item.kind === "mapping" ? field(item, "target")?.value : undefined;
    return target !== undefined && isText(target) && !isMemory(item) ? [target.pieces.join("")] : [];
  });
  for (const { path, at } of files) {
    const directory = dirname(path);
    const other = targets.find((one) => one === directory || isIn(one, directory) || isIn(directory, one));
    if (other !== undefined)
      report(at, `the file at ${path} and the volume at ${other} may hide each other; give the file another "target"`);
  }
}

const isIn = (path: string, folder: string): boolean => path.startsWith(`${folder}/`);

/** A tmpfs is checked together with all other mounts of memory. */
const isMemory = (item: Value): boolean => item.kind === "mapping" && isTmpfs(item);

function checkImage({ keys, ecs }: Service, report: Report): void {
  const asks = keys.entries.some(({ key }) => key === "secrets" || key === "configs");
  if (ecs.filesImage !== undefined && !asks)
    report(
      ecs.filesImage.at,
      'no file is written for this service; write "secrets" or "configs", or remove "files_image"',
    );
}
