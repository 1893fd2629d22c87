import { pairs, type Environment } from "../kit/environment.ts";
import { pathOf, type Look } from "../kit/repository.ts";
import { StepError } from "../kit/step-error.ts";
import { verifiedTag } from "../kit/tag-image.ts";
import { movingTag } from "./tag.ts";

/** The images that a build copies from another environment, instead of building them. */
export interface Promotion {
  /** The environment that has verified the images. */
  readonly from: string;
  readonly images: readonly PromotedImage[];
}

/** One image: the repository it comes from, and the environment's own. */
export interface PromotedImage {
  readonly name: string;
  readonly source: string;
  readonly repository: string;
}

/** An image with what ECR says about the tag that tells it was verified, and about the environment's own tag. */
export interface SeenImage extends PromotedImage {
  readonly verified: Look;
  readonly own: Look;
}

/**
 * The images to copy from another environment; undefined if the stack builds its own. `uris` holds the repository URI
 * of each image.
 */
export function promotionOf(
  environment: Environment,
  uris: Readonly<Record<string, string>>,
  tag: string,
): Promotion | undefined {
  const from = environment["PROMOTE_FROM"] ?? "";
  if (from === "") return undefined;
  if (tag === movingTag) throw new StepError([noCommit]);
  const sources = pairs(environment["PROMOTE_REPOSITORIES"]);
  const images = Object.entries(uris).map(([name, repository]) => ({
    name,
    source: repository.replace(/\/.*$/, `/${sources[name] ?? ""}`),
    repository,
  }));
  return { from, images };
}

/** An image to copy, with the digest that was verified. */
export interface Copy extends PromotedImage {
  readonly digest: string;
}

/**
 * The copies that are still to be made. Throws a StepError that lists every image which was not verified, or which
 * differs from the one here.
 */
export function copiesOf(from: string, tag: string, images: readonly SeenImage[]): readonly Copy[] {
  const refusals: string[] = [];
  const copies = images.flatMap(({ verified, own, ...image }): readonly Copy[] => {
    if ("error" in verified) refusals.push(notVerified(image, from, tag, verified));
    else if ("digest" in own && own.digest !== verified.digest)
      refusals.push(otherHere(image, from, tag, own.digest, verified.digest));
    else if ("missing" in own && own.missing === "image") return [{ ...image, digest: verified.digest }];
    else if ("error" in own) refusals.push(`${image.name}: ${own.error}`);
    return [];
  });
  if (refusals.length > 0) throw new StepError(refusals);
  return copies;
}

const noCommit = 'PROMOTE_FROM: "latest" is not a verified commit; start the pipeline instead of the build';

function notVerified(
  { name, source }: PromotedImage,
  from: string,
  tag: string,
  look: Exclude<Look, { readonly digest: string }>,
): string {
  const repository = pathOf(source);
  if (!("missing" in look)) return `${name}: ${look.error}`;
  return look.missing === "image"
    ? `${name}: commit ${tag} was never verified in ${from} (no ${verifiedTag(tag)} in ${repository}); release it there first, or unset promoteFrom`
    : `${name}: ${from} builds no such image (there is no ${repository}), so ${tag} was never verified there; add it to docker-compose-${from}.yml and release that first, or unset promoteFrom`;
}

/** The refusal of an image of which another one has the tag here. */
export function otherHere(
  { name, repository }: PromotedImage,
  from: string,
  tag: string,
  own: string,
  verified: string,
): string {
  return `${name}: ${tag} in ${pathOf(repository)} is ${own}, but ${from} verified ${verified}; release another commit, or unset promoteFrom to release what was built here`;
}
