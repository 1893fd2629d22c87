/** The new image of a container of a task definition. */
export interface ImageDefinition {
  readonly name: string;
  readonly imageUri: string;
}

/** Maximum size of an image definitions file, in bytes. */
const largest = 100 * 1024;

/** Reads an image definitions file; throws with the ECS action's message when it cannot be used. */
export function readImageDefinitions(fileName: string, file: Uint8Array | undefined): readonly ImageDefinition[] {
  if (file === undefined) {
    throw new Error(
      `Did not find the image definition file ${fileName} in the input artifacts ZIP file. Verify the file is stored in your pipeline's Amazon S3 artifact bucket`,
    );
  }
  if (file.length > largest)
    throw new Error(`The image definition file ${fileName} is larger than the limit of 100 KB`);
  const entries = parse(new TextDecoder("utf-8", { fatal: true }).decode(file));
  if (!Array.isArray(entries) || entries.length === 0 || !entries.every(isImageDefinition)) {
    throw new Error(`The image definition file ${fileName} contains invalid JSON format`);
  }
  return entries;
}

/** Container definitions with their images replaced; throws when no container has an image's name. */
export function replaceImages<Container extends { readonly name?: string | undefined }>(
  containers: readonly Container[],
  images: readonly ImageDefinition[],
): readonly Container[] {
  const missing = images.find(({ name }) => !containers.some((container) => container.name === name));
  if (missing !== undefined) {
    throw new Error(`The Amazon ECS service's task definition does not have a container with the name ${missing.name}`);
  }
  return containers.map((container) => {
    const image = images.find(({ name }) => name === container.name);
    return image === undefined ? container : { ...container, image: image.imageUri };
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isImageDefinition(entry: unknown): entry is ImageDefinition {
  if (typeof entry !== "object" || entry === null) return false;
  const { name, imageUri, ...others } = entry as Readonly<Record<string, unknown>>;
  return typeof name === "string" && typeof imageUri === "string" && Object.keys(others).length === 0;
}
