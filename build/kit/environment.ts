import { StepError } from "./step-error.ts";
import { repositoryVariable, type Image, type Variable, type Variables } from "../../compose/index.ts";

/** The environment variables of a build. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable that the build project sets; throws a StepError if it is missing. */
export function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === "") throw new StepError([notSet(name)]);
  return value;
}

/** The Compose variables of a build: the same as those of `up`, read from the variables of the build project. */
export function composeVariables(environment: Environment): Variables {
  const plain = ["ECS_ENV_NAME", ...names(environment["COMPOSE_VARIABLES"])];
  const absent = plain.filter((name) => environment[name] === undefined);
  if (absent.length > 0) throw new StepError(absent.map(notSet));
  return Object.fromEntries<Variable>([
    ...plain.map((name) => [name, { kind: "plain", value: environment[name] ?? "" }] as const),
    ...names(environment["COMPOSE_PARAMETERS"]).map((name) => [name, { kind: "parameter" }] as const),
    ["IMAGE_TAG", { kind: "build" }],
  ]);
}

/** Compose variables that are parameters and have no value here: Compose interpolates the whole file, so each needs one. */
export const unsetParameters = (environment: Environment): readonly string[] =>
  names(environment["COMPOSE_PARAMETERS"]).filter((name) => (environment[name] ?? "") === "");

/** Paths of the Compose files; a build project from before there could be several sets none. */
export function composeFiles(environment: Environment): readonly string[] {
  const files = names(environment["COMPOSE_FILES"]);
  return files.length > 0 ? files : [`docker-compose-${required(environment, "ECS_ENV_NAME")}.yml`];
}

/**
 * Where image layers are cached between builds: in the image `latest`, in the tag `cache` of its repository, or
 * nowhere.
 */
export type BuildCache = "inline" | "registry" | "none";

/** The name of an image in Dockerfiles, and where a build takes it from. */
export interface BaseImage {
  readonly image: string;
  readonly reference: string;
}

/** The settings of the stack for a build; the defaults for a build project that is older than these settings. */
export function buildOptions(environment: Environment) {
  return {
    cache: buildCache(environment["BUILD_CACHE"] ?? "inline"),
    baseImages: Object.entries(pairs(environment["BASE_IMAGES"])).map(([image, reference]): BaseImage => ({
      image,
      reference,
    })),
    runTests: environment["RUN_TESTS"] === "true",
  };
}

function buildCache(value: string): BuildCache {
  if (value === "inline" || value === "registry" || value === "none") return value;
  throw new StepError([`BUILD_CACHE: "${value}" is not a build cache; set inline, registry or none`]);
}

/** The ECS cluster of the stack, and the names of its ECS services. */
export const ownServices = (environment: Environment) => ({
  cluster: required(environment, "ECS_CLUSTER"),
  services: names(required(environment, "ECS_SERVICES")),
});

/**
 * The ARN of the revision that `up` has made of each release service, by the service's name: a family's newest one may
 * belong to another role. Throws a StepError if the stack is from a version that does not say it.
 */
export function releaseRevisions(environment: Environment): Readonly<Record<string, string>> {
  const revisions = environment["RELEASE_REVISIONS"];
  if (revisions === undefined) throw new StepError([notSet("RELEASE_REVISIONS")]);
  const family = environment["RELEASE_DEFINITIONS"] ?? "";
  return Object.fromEntries(names(revisions).map((one) => [one.replace(/:[^:]*$/, ""), `${family}${one}`]));
}

/** The folder of the source, where CodeBuild and the pipeline look for what is released. */
export const sourceFolder = (environment: Environment): string => required(environment, "CODEBUILD_SRC_DIR");

/** The repository URI of each image; throws a StepError that lists every image without one. */
export function repositories(environment: Environment, images: readonly Image[]): Readonly<Record<string, string>> {
  const absent = images.filter(({ name }) => !environment[repositoryVariable(name)]);
  if (absent.length > 0) throw new StepError(absent.map(noRepository));
  return Object.fromEntries(images.map(({ name }) => [name, environment[repositoryVariable(name)] ?? ""]));
}

/** A list of NAME=value, as the build project sets it. */
export function pairs(list: string | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names(list).map((entry) => {
      const [name = "", value = ""] = entry.split(/=(.*)/);
      return [name, value] as const;
    }),
  );
}

function names(list: string | undefined): readonly string[] {
  return (list ?? "").split(/\s+/).filter((name) => name !== "");
}

function notSet(name: string): string {
  return `${name}: not set; run "pulumi up" for the stack, which sets it in the build project`;
}

function noRepository({ name }: Image): string {
  return `${repositoryVariable(name)}: image "${name}" has no repository yet; run "pulumi up" for the stack from this commit, then "release"`;
}
