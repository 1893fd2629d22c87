/** The parts of an image's URI, `HOST/REPOSITORY:TAG` or `HOST/REPOSITORY@DIGEST`. */
export interface ImageParts {
  readonly repository: string;
  /** @default - the image has a digest */
  readonly tag?: string;
  /** @default - the image has a tag */
  readonly digest?: string;
}

/** Reads an image's URI. */
export function partsOf(image: string): ImageParts {
  const path = image.slice(image.indexOf("/") + 1);
  const [named = "", digest] = path.split("@");
  const [repository = "", tag = "latest"] = named.split(":");
  return digest === undefined ? { repository, tag } : { repository, digest };
}
