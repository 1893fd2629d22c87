import { repositoryVariable, type Image, type Variable, type Variables } from "../compose/index.ts";

/** What a build finds in its environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What keeps a build from being planned, a line `where: what; remedy` each. */
export class BuildError extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join("\n"));
    this.name = "BuildError";
  }
}

/** The value of a variable that the build project sets; throws a BuildError without it. */
export function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === "") throw new BuildError([notSet(name)]);
  return value;
}

/** The Compose variables of a build: the same as at `up`, read from what the build project sets. */
export function composeVariables(environment: Environment): Variables {
  const plain = ["ECS_ENV_NAME", ...names(environment["COMPOSE_VARIABLES"])];
  const absent = plain.filter((name) => environment[name] === undefined);
  if (absent.length > 0) throw new BuildError(absent.map(notSet));
  return Object.fromEntries<Variable>([
    ...plain.map((name) => [name, { kind: "plain", value: environment[name] ?? "" }] as const),
    ...names(environment["COMPOSE_PARAMETERS"]).map((name) => [name, { kind: "parameter" }] as const),
    ["IMAGE_TAG", { kind: "build" }],
  ]);
}

/** The repository URI of each image; throws a BuildError that names every image without one. */
export function repositories(environment: Environment, images: readonly Image[]): Readonly<Record<string, string>> {
  const absent = images.filter(({ name }) => !environment[repositoryVariable(name)]);
  if (absent.length > 0) throw new BuildError(absent.map(noRepository));
  return Object.fromEntries(images.map(({ name }) => [name, environment[repositoryVariable(name)] ?? ""]));
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
