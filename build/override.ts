import type { Tests } from "../compose/index.ts";
import type { BaseImage, BuildCache } from "./environment.ts";

export interface OverrideArgs {
  /** The images to push: their services, names here and repositories. */
  readonly images: readonly { readonly service: string; readonly local: string; readonly repository: string }[];
  /** Test services that build an image of their own. */
  readonly tests: Tests["builds"];
  readonly cache: BuildCache;
  readonly baseImages: readonly BaseImage[];
}

/** A Compose file as far as a build adds to the user's own. */
export interface Override {
  readonly services: Readonly<Record<string, OverriddenService>>;
}

interface OverriddenService {
  /** Named in every case, so that an image is the same under any project's name. */
  readonly image?: string;
  readonly build?: {
    readonly cache_from?: readonly string[];
    readonly cache_to?: readonly string[];
    readonly additional_contexts?: Readonly<Record<string, string>>;
  };
}

/** What a build adds to the user's Compose file, given to Compose behind it: names, layer caches and base images. */
export function overrideOf({ images, tests, cache, baseImages }: OverrideArgs): Override {
  const contexts = cache === "registry" ? contextsOf(baseImages) : {};
  const pushed = images.map(({ service, local, repository }) => {
    const build = { ...cacheOf(cache, repository), ...contexts };
    return [service, { image: local, ...(Object.keys(build).length > 0 && { build }) }] as const;
  });
  const tested = tests.map(({ service, local }) => {
    const own = {
      ...(local !== undefined && { image: local }),
      ...("additional_contexts" in contexts && { build: contexts }),
    };
    return [service, own] as const;
  });
  return { services: Object.fromEntries<OverriddenService>([...pushed, ...tested]) };
}

/** The caches in an image's own repository; one that is not there yet is passed over by BuildKit. */
function cacheOf(cache: BuildCache, repository: string): OverriddenService["build"] {
  if (cache === "none") return {};
  if (cache === "inline") return { cache_from: [`type=registry,ref=${repository}:latest`], cache_to: ["type=inline"] };
  const ref = `type=registry,ref=${repository}:cache`;
  // ECR takes a cache as an image manifest only; one that it does not take is no reason to end a release.
  return { cache_from: [ref], cache_to: [`${ref},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`] };
}

/** BuildKit in a container sees no image of Docker's: it is told where each base image is. */
function contextsOf(baseImages: readonly BaseImage[]): NonNullable<OverriddenService["build"]> {
  if (baseImages.length === 0) return {};
  const entries = baseImages.map(
    ({ image, reference }) => [image.replace(/:latest$/, ""), `docker-image://${reference}`] as const,
  );
  return { additional_contexts: Object.fromEntries(entries) };
}
