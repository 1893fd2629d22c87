import { dirname, join, normalize, relative, resolve } from "node:path";
import { adapted } from "./adapt.ts";
import type { ComposeSettings, Context } from "./draft.ts";
import { chooseComposeFile } from "./find.ts";
import { composeOf } from "./from-dockerfile.ts";
import type { SourceRepository } from "./git-remote.ts";
import type { NewFile } from "./infra-files.ts";
import { knownValues, type Found } from "./look.ts";
import { servicesOf } from "./services.ts";
import type { Settled } from "./settle.ts";
import { sheetOf } from "./sheet.ts";
import { stackText } from "./stack-text.ts";
import { stackVariables, type StackVariables } from "./stack-variables.ts";

/** What was answered about an environment. */
export interface EnvironmentAnswers {
  readonly app: string;
  readonly environment: string;
  readonly region: string;
  readonly source: SourceRepository;
  readonly branch: string;
  /** The program's folder, from the application's folder. */
  readonly directory: string;
  /** The Compose file to begin with. @default - the one that is nearest to the environment */
  readonly composeFile: string | undefined;
  /** The port at which an application without a Compose file listens; undefined if it does not. */
  readonly port: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

/** The files of one environment. */
export interface EnvironmentFiles {
  readonly files: readonly NewFile[];
  readonly stack: StackVariables;
  /** The Compose file from which that of the environment is made. */
  readonly from: string;
}

/** Decides what the files of an environment say. */
export function environmentFiles(answers: EnvironmentAnswers, found: Found): EnvironmentFiles {
  const { environment, app } = answers;
  const from = answers.composeFile ?? chooseComposeFile(found.composeFiles, environment, found.files);
  const place = from === undefined || dirname(from) === "." ? "" : dirname(from);
  const file = join(place, `docker-compose-${environment}.yml`);
  const given: Omit<Context, "roles"> = {
    app,
    environment,
    from: from ?? found.dockerfiles[0] ?? "Dockerfile",
    folder: place,
    files: found.files,
    tracked: found.tracked,
  };
  const known = { ...knownValues(place, found), ...answers.variables };
  const existing = found.files.exists(file) ? found.files.readFile(file) : undefined;
  const text = from === undefined ? composeOf(given.from, answers.port) : (found.files.readFile(from) ?? "");
  const made = existing === undefined ? adapted(text, given, file, known) : undefined;
  const { settings, stack } =
    made === undefined
      ? { settings: none, stack: ofExisting(existing ?? "", known) }
      : { settings: made.draft.settings, stack: made.stack };
  const compose: NewFile = {
    path: file,
    why: `what runs in ${environment}, made from ${given.from}`,
    content: { text: made?.draft.text ?? existing ?? "" },
  };
  const stackFile: NewFile = {
    path: join(answers.directory, `Pulumi.${environment}.yaml`),
    why: `the settings of ${environment}`,
    content: {
      text: stackText({
        ...answers,
        ...directories(answers, found),
        composeFile: file,
        unchecked: made !== undefined && isUnchecked(made),
        settings,
        stack,
      }),
    },
  };
  return { files: [stackFile, compose], stack, from: given.from };
}

const none: ComposeSettings = { variables: {}, parameters: [] };

/** Whether the load balancer reaches a container without a health check. */
function isUnchecked({ judgement }: Settled): boolean {
  if ("problems" in judgement) return false;
  return judgement.application.services.some(({ entry, containers }) =>
    containers.some(({ name, healthCheck }) => name === entry?.container && healthCheck === undefined),
  );
}

/** What the stack of an existing Compose file has to set. */
function ofExisting(text: string, known: Readonly<Record<string, string>>): StackVariables {
  const services = servicesOf(sheetOf(text));
  const roles = new Map(
    services.map(({ name, profiles }) => {
      const people = profiles.length > 0 && !profiles.includes("release");
      return [name, people ? ({ kind: "tool", why: "" } as const) : ({ kind: "own" } as const)];
    }),
  );
  return stackVariables({ text, settings: none }, { roles }, known);
}

/** The three folders: the program's, the application's and the one in the repository. */
function directories({ directory }: EnvironmentAnswers, { folder, git }: Found) {
  const inside = git === undefined ? undefined : normalize(join(git.inside, directory));
  return {
    applicationDirectory: relative(resolve(folder, directory), folder) || ".",
    repositoryDirectory: git?.inside ?? "",
    programDirectory: inside === undefined || inside === "." || inside.startsWith("..") ? undefined : inside,
  };
}
