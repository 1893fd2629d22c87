import type { ECRClient } from "@aws-sdk/client-ecr";
import { commitOf, isOwn, moves, partsOf, readImage, type ImageView } from "../kit/image-view.ts";
import type { RevisionView } from "./revision-view.ts";

/** Images of a stack's own repositories; each is requested from ECR at most once. */
export interface OwnImages {
  /** An image in ECR; undefined if it is no longer there. */
  readonly look: (image: string) => Promise<ImageView | undefined>;
  /** Images of a revision that the stack builds, by container. */
  readonly of: (revision: RevisionView) => Readonly<Record<string, string>>;
  /**
   * The commits that a revision's images were built from; asks ECR only if an image's name does not contain the commit.
   */
  readonly commitsOf: (revision: RevisionView) => Promise<readonly string[]>;
  /**
   * Why a new task of a revision would not run what it ran before: a line for each image that is gone or has a tag that
   * moves.
   */
  readonly goneOf: (revision: RevisionView) => Promise<readonly string[]>;
}

/** The images of the given repositories. */
export function ownImages(client: ECRClient, repositories: Readonly<Record<string, string>>): OwnImages {
  const known = new Map<string, Promise<ImageView | undefined>>();
  const look = (image: string): Promise<ImageView | undefined> => {
    const asked = known.get(image) ?? readImage(client, image);
    known.set(image, asked);
    return asked;
  };
  const of: OwnImages["of"] = ({ containers }) =>
    Object.fromEntries(
      containers.filter(({ image }) => isOwn(image, repositories)).map(({ name, image }) => [name, image]),
    );
  return {
    look,
    of,
    commitsOf: async (revision) => {
      const commits = Object.values(of(revision)).map(async (image) =>
        partsOf(image).tag === undefined ? commitOf(image, (await look(image))?.tags) : commitOf(image),
      );
      return [...new Set((await Promise.all(commits)).filter((commit) => commit !== undefined))].toSorted();
    },
    goneOf: async (revision) => {
      const asked = Object.entries(of(revision)).map(async ([name, image]) => {
        if (moves(image)) return [`${name}: ${image} has a tag that moves; no release has run it`];
        return (await look(image)) === undefined ? [`${name}: ${image} is no longer in ECR`] : [];
      });
      return (await Promise.all(asked)).flat();
    },
  };
}
