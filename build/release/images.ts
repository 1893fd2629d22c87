import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { required } from "../kit/environment.ts";
import { releaseFormat } from "../kit/format.ts";
import { StepError } from "../kit/step-error.ts";
import type { Surroundings } from "../kit/surroundings.ts";
import { digestThatRuns } from "./platform-digest.ts";
import { isJson, listOf, listSetting, parsed, setting, type Json } from "./read-setting.ts";

/** A ready-made image: its name, its repository, and the source artifact that says which one is released. */
interface ReadyImage {
  readonly image: string;
  readonly repository: string;
  readonly artifact: string;
}

/**
 * Writes the files that a build would have written, for a run that builds nothing: image definitions and release.json.
 * Each source artifact holds the imageDetail.json of one image ("imageDetail.json file", CodePipeline user guide).
 */
export async function images(around: Surroundings): Promise<void> {
  const { environment, folder } = around;
  const ready = listSetting(environment, "IMAGES", readyImage);
  const definitions = setting(environment, "IMAGE_DEFINITIONS", definitionFiles);
  const release = listSetting(environment, "RELEASE", releaseTask);
  const architecture = required(environment, "ARCHITECTURE");
  const uris: Record<string, string> = {};
  for (const one of ready) uris[one.image] = await released(around, one, architecture);
  for (const { file, containers } of definitions) {
    write(
      folder,
      file,
      containers.map(({ name, built }) => ({ name, imageUri: uris[built] ?? "" })),
    );
  }
  write(folder, "release.json", {
    format: releaseFormat,
    images: release.map(({ name, built, reference }) => ({ name, imageUri: reference ?? uris[built] ?? "" })),
  });
}

const write = (folder: string, file: string, content: object): void => {
  writeFileSync(join(folder, file), `${JSON.stringify(content, null, 2)}\n`);
};

/** The URI, by digest, of what a task runs: a tag moves on, and what runs must be what was released. */
async function released(around: Surroundings, ready: ReadyImage, architecture: string): Promise<string> {
  const { image, repository } = ready;
  const detail = readDetail(around, ready);
  const uri = typeof detail["ImageURI"] === "string" ? detail["ImageURI"] : "";
  const [, host = "", path = "", pushed = ""] = /^([^/]+)\/(.+)@(sha256:[0-9a-f]{64})$/.exec(uri) ?? [];
  if (path !== repository) throw new StepError([`${image}: ImageURI "${uri}" is not a digest of ${repository}`]);
  const digest = await digestThatRuns(around, repository, pushed, architecture);
  const tags = Array.isArray(detail["ImageTags"]) ? detail["ImageTags"].join(", ") : "";
  around.say(`${image}: ${path}@${pushed}, tagged ${tags}, of which ${digest} is released`);
  return `${host}/${path}@${digest}`;
}

function readDetail({ environment, folder }: Surroundings, { image, artifact }: ReadyImage): Json {
  // CodeBuild names the folder of each artifact but the first, which is the build's own.
  const path = join(environment[`CODEBUILD_SRC_DIR_${artifact}`] ?? folder, "imageDetail.json");
  if (!existsSync(path)) throw new StepError([`${image}: the source artifact ${artifact} has no imageDetail.json`]);
  const detail = parsed(readFileSync(path, "utf8"));
  if (isJson(detail)) return detail;
  throw new StepError([`${image}: the imageDetail.json of the source artifact ${artifact} is not a JSON object`]);
}

function readyImage({ image, repository, artifact }: Json): ReadyImage | undefined {
  if (typeof image !== "string" || typeof repository !== "string" || typeof artifact !== "string") return undefined;
  return { image, repository, artifact };
}

function definitionFiles(value: unknown) {
  if (!isJson(value)) return undefined;
  const files = Object.entries(value).flatMap(([file, list]) => {
    const containers = listOf(list, ({ name, built }) =>
      typeof name === "string" && typeof built === "string" ? { name, built } : undefined,
    );
    return containers === undefined ? [] : [{ file, containers }];
  });
  return files.length === Object.keys(value).length ? files : undefined;
}

function releaseTask({ name, built = "", reference }: Json) {
  if (typeof name !== "string" || typeof built !== "string") return undefined;
  return reference === undefined || typeof reference === "string" ? { name, built, reference } : undefined;
}
