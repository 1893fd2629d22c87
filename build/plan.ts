import { existsSync, readFileSync, realpathSync } from "node:fs";
import { ComposeError, readApplication, type Application, type Container, type Fingerprint } from "../compose/index.ts";
import { changesOf, type Description, type Fingerprints } from "./comparison.ts";
import {
  BuildError,
  buildOptions,
  composeFiles,
  composeVariables,
  repositories,
  required,
  type BaseImage,
  type Environment,
} from "./environment.ts";
import { overrideOf, type Override } from "./override.ts";
import { copiesOf, copyLines, looksIn, promotionOf, type Promotion } from "./promotion.ts";

/** What a build does, decided from the commit's Compose file and the build's environment. */
export interface BuildPlan {
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
  /** Entries of release.json: the release services, in file order. */
  readonly release: readonly ImageDefinition[];
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

/** A container and its image, as CodePipeline's ECS action reads them. */
export interface ImageDefinition {
  readonly name: string;
  readonly imageUri: string;
}

/** The plan of a build; throws a BuildError if the environment lacks something that the file needs. */
export function planBuild(application: Application, environment: Environment): BuildPlan {
  const tag = required(environment, "IMAGE_TAG");
  const uris = repositories(environment, application.images);
  const own = required(environment, "ECS_SERVICE");
  const serviceName = (name: string): string => (name === "" ? own : `${own}-${name}`);
  const definitions = (containers: readonly Container[]): readonly ImageDefinition[] =>
    containers.flatMap(({ name, image }) =>
      "built" in image ? [{ name, imageUri: `${uris[image.built] ?? ""}:${tag}` }] : [],
    );
  const { cache, baseImages, runTests } = buildOptions(environment);
  const tests = runTests ? application.tests : { services: [], builds: [] };
  if (runTests && tests.services.length === 0) throw new BuildError([noTests]);
  const promotion = promotionOf(environment, uris);
  const built = promotion === undefined ? application.images : [];
  const images = built.map(({ name, local, services }) => ({
    name,
    service: services[0] ?? name,
    local: local.replaceAll("${IMAGE_TAG}", tag),
    repository: uris[name] ?? "",
  }));
  const mirrors = baseImages.map(({ reference }) => reference).filter((reference) => privateEcr.test(reference));
  return {
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
    release: application.release.map(({ name, image }) => ({
      name,
      imageUri: "built" in image ? `${uris[image.built] ?? ""}:${tag}` : image.reference,
    })),
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

const usage =
  "usage: build-plan.ts [promote FOLDER | compare service:NAME=REVISION.json ... release:NAME=REVISION.json ...]";

/**
 * The three calls of the buildspec: prints the plan, prints the copies of a promotion, or compares the commit with what
 * runs.
 */
function main([verb, ...revisions]: readonly string[], environment: Environment): void {
  const files = composeFiles(environment);
  const { application } = readApplication({ files, variables: composeVariables(environment), readFile });
  const plan = planBuild(application, environment);
  if (verb === undefined) process.stdout.write(`${JSON.stringify(plan, null, 2)}\n`);
  else if (verb === "promote" && revisions[0] !== undefined && plan.promotion !== null) {
    process.stdout.write(
      copyLines(copiesOf(plan.promotion, required(environment, "IMAGE_TAG"), looksIn(revisions[0]))),
    );
  } else if (verb === "compare" && revisions.length > 0) compare(files.join(", "), plan, revisions);
  else throw new BuildError([usage]);
}

function readFile(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function compare(file: string, plan: BuildPlan, revisions: readonly string[]): void {
  const running = { services: described(revisions, "service:"), release: described(revisions, "release:") };
  const released = [...Object.values(plan.imageDefinitions).flat(), ...plan.release];
  const images = Object.fromEntries(released.map(({ name, imageUri }) => [name, imageUri]));
  const changes = changesOf(plan.fingerprints, running, images);
  if (changes.length === 0) return;
  throw new BuildError([
    `${file}: this commit changes the task definition (${changes.join("; ")}); run "pulumi up" for the stack from this commit, then "release"`,
  ]);
}

/** The given task definitions of one kind, by name. */
function described(revisions: readonly string[], kind: string): Readonly<Record<string, Description>> {
  const pairs = revisions.filter((one) => one.startsWith(kind)).map((one) => one.slice(kind.length).split(/=(.*)/));
  return Object.fromEntries(pairs.map(([name = "", path = ""]) => [name, description(path)]));
}

function description(path: string): Description {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Description;
  } catch {
    throw new BuildError([`${path}: not a task definition; give the output of "aws ecs describe-task-definition"`]);
  }
}

// import.meta.main came with Node 24.
const [, started = ""] = process.argv;
if (existsSync(started) && realpathSync(started) === import.meta.filename) {
  try {
    main(process.argv.slice(2), process.env);
  } catch (error) {
    if (!(error instanceof BuildError || error instanceof ComposeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
