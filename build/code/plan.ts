import type { Application, Container, Fingerprint } from "../../compose/index.ts";
import type { Fingerprints } from "./comparison.ts";
import {
  buildOptions,
  composeFiles,
  repositories,
  required,
  type BaseImage,
  type Environment,
} from "../kit/environment.ts";
import { StepError } from "../kit/step-error.ts";
import { buildFormat, releaseFormat } from "../kit/format.ts";
import { overrideOf, type Override } from "./override.ts";
import { promotionOf, type Promotion } from "./promotion.ts";

/** What a build does, decided from the commit's Compose file and the build's environment. */
export interface BuildPlan {
  readonly format: typeof buildFormat;
  /** The tag of the images of this build. */
  readonly tag: string;
  /** Compose files, in the order in which Compose reads them. */
  readonly composeFiles: readonly string[];
  /** Hosts to log in to, sorted. */
  readonly registries: readonly string[];
  /** What is built; empty if images are promoted. */
  readonly images: readonly PlannedImage[];
  /** What is copied from another environment instead; null if images are built. */
  readonly promotion: Promotion | null;
  /** Images to pull from elsewhere before the build. */
  readonly baseImages: readonly BaseImage[];
  /** The Compose file that is passed to Compose after the user's own. */
  readonly override: Override;
  /** BuildKit's image, if Docker's own builder cannot export the cache; null if Docker's builder is enough. */
  readonly builder: string | null;
  readonly tests: PlannedTests;
  /** What is released to each ECS service, by the name of the file that its ECS action reads. */
  readonly imageDefinitions: Readonly<Record<string, readonly ImageDefinition[]>>;
  /** What release.json holds. */
  readonly release: Release;
  readonly fingerprints: Fingerprints;
}

/** One image: the service whose build creates it, its local name in Docker, and the repository it goes to. */
export interface PlannedImage {
  readonly name: string;
  readonly service: string;
  readonly local: string;
  readonly repository: string;
}

/** The Compose services to run as tests before a push, and those to build for that; empty unless runTests is set. */
export interface PlannedTests {
  readonly services: readonly string[];
  readonly builds: readonly string[];
}

/** What Migrate runs: the release services with their images, in file order. */
export interface Release {
  readonly format: typeof releaseFormat;
  readonly images: readonly ImageDefinition[];
}

/** A container and its image, as CodePipeline's ECS action reads them. */
export interface ImageDefinition {
  readonly name: string;
  readonly imageUri: string;
}

/** The plan of a build whose images get a tag; throws a StepError if the environment lacks something that the file needs. */
export function planBuild(application: Application, environment: Environment, tag: string): BuildPlan {
  const uris = repositories(environment, application.images);
  const own = required(environment, "ECS_SERVICE");
  const serviceName = (name: string): string => (name === "" ? own : `${own}-${name}`);
  const definitions = (containers: readonly Container[]): readonly ImageDefinition[] =>
    containers.flatMap(({ name, image }) =>
      "built" in image ? [{ name, imageUri: `${uris[image.built] ?? ""}:${tag}` }] : [],
    );
  const { cache, baseImages, runTests } = buildOptions(environment);
  const tests = runTests ? application.tests : { services: [], builds: [] };
  if (runTests && tests.services.length === 0) throw new StepError([noTests]);
  const promotion = promotionOf(environment, uris, tag);
  const built = promotion === undefined ? application.images : [];
  const images = built.map(({ name, local, services }) => ({
    name,
    service: services[0] ?? name,
    local: local.replaceAll("${IMAGE_TAG}", tag),
    repository: uris[name] ?? "",
  }));
  const mirrors = baseImages.map(({ reference }) => reference).filter((reference) => privateEcr.test(reference));
  return {
    format: buildFormat,
    tag,
    composeFiles: composeFiles(environment),
    registries: [...new Set([...Object.values(uris), ...mirrors].map((uri) => uri.replace(/\/.*$/, "")))].toSorted(),
    images,
    promotion: promotion ?? null,
    baseImages,
    override: overrideOf({ images, tests: tests.builds, cache, baseImages }),
    builder: cache === "registry" ? (baseImages.find(({ image }) => image === buildkit)?.reference ?? buildkit) : null,
    tests: { services: tests.services, builds: tests.builds.map(({ service }) => service) },
    imageDefinitions: Object.fromEntries(
      application.services
        .map(
          ({ name, containers }) =>
            [name === "" ? "imagedefinitions.json" : `imagedefinitions-${name}.json`, definitions(containers)] as const,
        )
        .filter(([, entries]) => entries.length > 0),
    ),
    release: {
      format: releaseFormat,
      images: application.release.map(({ name, image }) => ({
        name,
        imageUri: "built" in image ? `${uris[image.built] ?? ""}:${tag}` : image.reference,
      })),
    },
    fingerprints: {
      services: Object.fromEntries(
        application.services.map(({ name, containers }) => [serviceName(name), fingerprints(containers)]),
      ),
      release: fingerprints(application.release),
    },
  };
}

/** The image that buildx uses for a builder in a container. */
const buildkit = "moby/buildkit:buildx-stable-1";

/** Pattern of a reference to a private ECR registry, which needs a login; public.ecr.aws does not. */
const privateEcr = /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\//;

const noTests =
  'RUN_TESTS: no service of the Compose file has the profile "test"; add one or set runTests to false for the stack';

function fingerprints(containers: readonly Container[]): Readonly<Record<string, Fingerprint>> {
  return Object.fromEntries(containers.map(({ name, fingerprint }) => [name, fingerprint]));
}
