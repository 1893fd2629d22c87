import { join } from "node:path";
import { servicesOf } from "./services.ts";
import { isReadable, sheetOf } from "./sheet.ts";

/** A folder of an application, by paths from it. */
export interface Folder {
  readonly readFile: (path: string) => string | undefined;
  readonly exists: (path: string) => boolean;
  /** Names in a folder; empty if there is none. */
  readonly list: (path: string) => readonly string[];
}

/** The folders in which Compose files are looked for. */
const places = ["", "docker", ".docker", "deploy", "deployment", "compose", "ops", "etc/docker"];

/** The Compose files of an application, by their paths. */
export function findComposeFiles({ list }: Folder): readonly string[] {
  return places.flatMap((place) =>
    list(place)
      .filter((name) => /^(docker-)?compose([.-][\w.-]+)?\.ya?ml$/.test(name))
      .toSorted()
      .map((name) => join(place, name)),
  );
}

/** The Dockerfiles at the usual places. */
export function findDockerfiles({ list }: Folder): readonly string[] {
  return ["", "docker", ".docker", "app", "server", "web"].flatMap((place) =>
    list(place)
      .filter((name) => /^(Dockerfile|Containerfile)$/.test(name))
      .map((name) => join(place, name)),
  );
}

/** The Compose file from which that of an environment is made: one with whole services, and the nearest to it by its name. */
export function chooseComposeFile(files: readonly string[], environment: string, folder: Folder): string | undefined {
  const rank = (file: string): number => {
    const name = file.split("/").at(-1) ?? "";
    const at = nearest(environment).findIndex((pattern) => pattern.test(name));
    return (at < 0 ? 50 : at * 10) + (isWhole(folder.readFile(file) ?? "") ? 0 : 100);
  };
  const found = files.filter((file) => !/[.-](override|test|tests|ci|dev|development|local|debug)\b/.test(file));
  return [...(found.length > 0 ? found : files)].toSorted((a, b) => rank(a) - rank(b))[0];
}

const nearest = (environment: string): readonly RegExp[] => [
  new RegExp(`[.-]${environment}\\.ya?ml$`),
  /[.-]prod(uction)?\.ya?ml$/,
  /[.-](staging|stage|deploy)\.ya?ml$/,
  /^(docker-)?compose\.ya?ml$/,
];

/** Whether each service says where its image is from; a file that only changes another one does not. */
function isWhole(text: string): boolean {
  if (!isReadable(text)) return false;
  const services = servicesOf(sheetOf(text));
  return (
    services.length > 0 &&
    services.every(({ key }) => ["build", "image", "extends"].some((name) => key(name) !== undefined))
  );
}
