import { flag, list, text } from "./key.ts";

/** The keys about the application and the environment as a whole. */
export const applicationKeys = {
  app: text(
    "",
    "Name of the application; names of AWS resources, repositories and parameters begin with it; empty means the Pulumi project's name",
  ),
  applicationDirectory: text(
    ".",
    "The application's folder, relative to the program's folder; `up` and the verbs read the Compose files there",
  ),
  repositoryDirectory: text(
    "",
    "The application's folder inside the repository, where a build works; empty means the repository's root",
  ),
  composeFiles: list(
    "Compose files of the environment; later ones override earlier ones; empty means docker-compose-<environment>.yml",
  ),
  architecture: text(
    "x86_64",
    "Processor of the build and of the tasks: x86_64 or arm64; do not change it for an existing environment",
  ),
  protect: flag(
    false,
    "Whether repositories, artifacts, parameters and other stored data are protected from deletion; `destroy` then refuses",
  ),
};
