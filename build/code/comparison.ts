import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { changedKeys, composeLabel, type Fingerprint } from "../../compose/index.ts";

/** The fingerprints of containers, by name. */
type Containers = Readonly<Record<string, Fingerprint | undefined>>;

/** The fingerprints of a Compose file: of the containers of each ECS service, and of the release services. */
export interface Fingerprints {
  readonly services: Readonly<Record<string, Readonly<Record<string, Fingerprint>>>>;
  readonly release: Readonly<Record<string, Fingerprint>>;
}

/** The part of a revision that is needed here. */
export type Revision = Pick<TaskDefinition, "containerDefinitions">;

/** The revision that each ECS service of the stack uses, and the one that `up` has made of each release service. */
export interface Revisions {
  readonly services: Readonly<Record<string, Revision>>;
  readonly release: Readonly<Record<string, Revision>>;
}

/** What a commit's Compose file changes. `images` holds the image that is released to each container built here, by the container's name. */
export function changesOf(
  wanted: Fingerprints,
  running: Revisions,
  images: Readonly<Record<string, string>>,
): readonly string[] {
  const services = new Set([...Object.keys(wanted.services), ...Object.keys(running.services)]);
  const release = Object.entries(running.release).map(
    ([name, family]) => [name, fingerprintsOf(family, images)[name]] as const,
  );
  return [
    ...[...services].toSorted().flatMap((name) => changesOfService(name, wanted, running, images)),
    ...changedKeys(wanted.release, Object.fromEntries(release)),
  ];
}

function changesOfService(
  name: string,
  wanted: Fingerprints,
  running: Revisions,
  images: Readonly<Record<string, string>>,
): readonly string[] {
  const [containers, revision] = [wanted.services[name], running.services[name]];
  if (revision === undefined) return [`ECS service ${name}: added`];
  if (containers === undefined) return [`ECS service ${name}: removed`];
  return changedKeys(containers, fingerprintsOf(revision, images));
}

/**
 * The fingerprints of a revision. Its labels do not name images that are built here, so an image from another
 * repository than the commit's is added as the key `image`.
 */
function fingerprintsOf({ containerDefinitions = [] }: Revision, images: Readonly<Record<string, string>>): Containers {
  return Object.fromEntries(
    containerDefinitions.map(({ name = "", image, dockerLabels }) => {
      const found = parsed(dockerLabels?.[composeLabel]);
      const moved =
        image !== undefined && images[name] !== undefined && repositoryOf(image) !== repositoryOf(images[name]);
      return [name, found && moved ? { ...found, image: repositoryOf(image) } : found];
    }),
  );
}

/** The repository of an image URI, which may end in a tag or a digest, whatever its host. */
const repositoryOf = (uri: string): string => uri.replace(/^[^/]+\//, "").replace(/(@.*|:[^/:]*)$/, "");

/** A label that was edited by hand and is no longer valid counts as missing. */
function parsed(label: string | undefined): Fingerprint | undefined {
  try {
    const found: unknown = JSON.parse(label ?? "null");
    return typeof found === "object" && found !== null ? (found as Fingerprint) : undefined;
  } catch {
    return undefined;
  }
}
