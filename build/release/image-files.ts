import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { releaseFormat } from "../kit/format.ts";
import { StepError } from "../kit/step-error.ts";
import { isJson, parsed } from "./read-setting.ts";

/** A container or a release task, and the image that this run releases for it. */
export interface ReleasedImage {
  readonly name: string;
  readonly imageUri: string;
}

/**
 * The images in a file of the build's output: image definitions, or release.json. Throws a StepError if the file is
 * missing or anything else. The program of a build writes release.json as `{format, images}`; a team's own buildspec
 * may write the array alone.
 */
export function readImages(folder: string, file: string): readonly ReleasedImage[] {
  const path = join(folder, file);
  if (!existsSync(path)) {
    throw new StepError([
      `${file}: the build has not written it; write a JSON array with a name and an imageUri for each container`,
    ]);
  }
  const images = imagesIn(file, parsed(readFileSync(path, "utf8")));
  if (Array.isArray(images)) return images.map((entry: unknown) => imageOf(file, entry));
  throw new StepError([`${file}: it is not a JSON array; write one with a name and an imageUri for each container`]);
}

/** All images that the files of a run name, each once. */
export function readAllImages(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((file) => /^(imagedefinitions.*|release)\.json$/.test(file));
  const images = files.flatMap((file) => readImages(folder, file).map(({ imageUri }) => imageUri));
  return [...new Set(images)].toSorted();
}

function imagesIn(file: string, value: unknown): unknown {
  if (file !== "release.json" || !isJson(value) || !("format" in value)) return value;
  if (value["format"] === releaseFormat) return value["images"];
  const format = JSON.stringify(value["format"]);
  throw new StepError([`${file}: it is of format ${format}, but this step reads format ${releaseFormat}; push again`]);
}

function imageOf(file: string, entry: unknown): ReleasedImage {
  const { name, imageUri } = isJson(entry) ? entry : {};
  if (isWord(name) && isWord(imageUri)) return { name, imageUri };
  throw new StepError([`${file}: entry ${JSON.stringify(entry)}: it needs a name and an imageUri`]);
}

const isWord = (value: unknown): value is string => typeof value === "string" && /^\S+$/.test(value);
