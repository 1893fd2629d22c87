import type { Tests } from "../../compose/index.ts";
import type { BaseImage, BuildCache } from "../kit/environment.ts";

export interface OverrideArgs {
  /** The images to push: their services, names here and repositories. */
  readonly images: readonly { readonly service: string; readonly local: string; readonly repository: string }[];
  /** Test services that build an image of their own. */
  readonly tests: Tests["builds"];
  readonly cache: BuildCache;
  readonly baseImages: readonly BaseImage[];
}

/** The part of a Compose file that a build adds to the user's own. */
export interface Override {
  readonly services: Readonly<Record<string, OverriddenService>>;
}

interface OverriddenService {
  /** Always named, so that the image has the same name whatever the project's name is. */
  readonly image?: string;
  readonly build?: {
    readonly cache_from?: readonly string[];
    readonly cache_to?: readonly string[];
    readonly additional_contexts?: Readonly<Record<string, string>>;
  };
}

/**
 * What a build adds to the user's Compose file, passed to Compose after it: image names, layer caches and base images.
 */
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

/** The layer caches in an image's own repository; BuildKit ignores one that does not exist yet. */
function cacheOf(cache: BuildCache, repository: string): OverriddenService["build"] {
  if (cache === "none") return {};
  if (cache === "inline") return { cache_from: [`type=registry,ref=${repository}:latest`], cache_to: ["type=inline"] };
  const ref = `type=registry,ref=${repository}:cache`;
  // ECR accepts a cache only as an image manifest; if it does not accept one, the release goes on.
  return { cache_from: [ref], cache_to: [`${ref},mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`] };
}

/** BuildKit in a container does not see Docker's images, so it gets the place of each base image. */
function contextsOf(baseImages: readonly BaseImage[]): NonNullable<OverriddenService["build"]> {
  if (baseImages.length === 0) return {};
  const entries = baseImages.map(
    ({ image, reference }) => [image.replace(/:latest$/, ""), `docker-image://${reference}`] as const,
  );
  return { additional_contexts: Object.fromEntries(entries) };
}
