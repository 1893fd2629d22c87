import { readFileSync } from "node:fs";
import { pairs, required, type Environment } from "../kit/environment.ts";
import { StepError } from "../kit/step-error.ts";

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

/** ECR's answer about a tag: the digest it points to, or an error. */
export type Look = { readonly digest: string } | { readonly error: string };

/** Returns ECR's answer about an image: about the tag that says it was verified, or about the environment's own tag. */
export type Looks = (image: PromotedImage, which: "verified" | "own") => Look;

/** The tag that the Verify step of an environment gives to the images it has verified; components/build/steps/verify.sh has it, too. */
const verifiedTag = (tag: string): string => `verified-${tag}`;

/**
 * The images to copy from another environment; undefined if the stack builds its own. `uris` holds the repository URI
 * of each image.
 */
export function promotionOf(environment: Environment, uris: Readonly<Record<string, string>>): Promotion | undefined {
  const from = environment["PROMOTE_FROM"] ?? "";
  if (from === "") return undefined;
  if (required(environment, "IMAGE_TAG") === "latest") throw new StepError([noCommit]);
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
 * The copies that are still to be made, given ECR's answers about the verified tag and about the environment's own one.
 * Throws a StepError that lists every image which was not verified, or which differs from the one here.
 */
export function copiesOf({ from, images }: Promotion, tag: string, look: Looks): readonly Copy[] {
  const refusals: string[] = [];
  const copies = images.flatMap((image): readonly Copy[] => {
    const [verified, own] = [look(image, "verified"), look(image, "own")];
    if ("error" in verified) refusals.push(notVerified(image, from, tag, verified.error));
    else if ("digest" in own && own.digest !== verified.digest) {
      refusals.push(otherHere(image, from, tag, own.digest, verified.digest));
    } else if ("error" in own && !own.error.includes("ImageNotFoundException"))
      refusals.push(`${image.name}: ${own.error}`);
    else if ("error" in own) return [{ ...image, digest: verified.digest }];
    return [];
  });
  if (refusals.length > 0) throw new StepError(refusals);
  return copies;
}

/** The answers of ECR that the buildspec has written down: the files `verified-NAME` and `own-NAME` hold a digest, or `….error` the error. */
export function looksIn(folder: string): Looks {
  return ({ name }, which) => {
    const digest = readFileSync(`${folder}/${which}-${name}`, "utf8").trim();
    return digest === "" ? { error: readFileSync(`${folder}/${which}-${name}.error`, "utf8").trim() } : { digest };
  };
}

/** One line for each copy, for the buildspec to read. */
export const copyLines = (copies: readonly Copy[]): string =>
  copies.map(({ name, source, repository, digest }) => `${[name, source, repository, digest].join("\t")}\n`).join("");

const noCommit = 'PROMOTE_FROM: "latest" is not a verified commit; start the pipeline instead of the build';

function notVerified({ name, source }: PromotedImage, from: string, tag: string, error: string): string {
  const repository = pathOf(source);
  if (error.includes("ImageNotFoundException")) {
    return `${name}: commit ${tag} was never verified in ${from} (no ${verifiedTag(tag)} in ${repository}); release it there first, or unset promoteFrom`;
  }
  if (error.includes("RepositoryNotFoundException")) {
    return `${name}: ${from} builds no such image (there is no ${repository}), so ${tag} was never verified there; add it to docker-compose-${from}.yml and release that first, or unset promoteFrom`;
  }
  return `${name}: ${error}`;
}

function otherHere(
  { name, repository }: PromotedImage,
  from: string,
  tag: string,
  own: string,
  verified: string,
): string {
  return `${name}: ${tag} in ${pathOf(repository)} is ${own}, but ${from} verified ${verified}; release another commit, or unset promoteFrom to release what was built here`;
}

const pathOf = (uri: string): string => uri.replace(/^[^/]+\//, "");
