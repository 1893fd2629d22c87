import { fitToStack, Refusal, variables as known } from "../../components/plain.ts";
import {
  ComposeError,
  readApplication,
  type Application,
  type ComposeFile,
  type Problem,
} from "../../compose/index.ts";
import type { ComposeSettings } from "./draft.ts";
import type { FolderView } from "./migrations.ts";
import { storeVariables, type StackVariables } from "./stack-variables.ts";

/** An environment whose Compose file is judged. */
export interface Judged {
  readonly app: string;
  readonly environment: string;
  /** The Compose file's path from the application's folder. */
  readonly file: string;
  readonly text: string;
  readonly settings: ComposeSettings;
  readonly stack: Pick<StackVariables, "variables" | "parameters">;
  readonly files: FolderView;
}

/** What the Compose file becomes, or what keeps it from running on ECS. */
export type Judgement =
  | { readonly file: ComposeFile; readonly application: Application }
  | { readonly problems: readonly (Problem | { readonly message: string })[] };

/** Reads a Compose file as `up` and `compose check` do. */
export function judge(judged: Judged): Judgement {
  const { environment, file, text, files, settings } = judged;
  const stack = { ...judged.stack, parameters: [...judged.stack.parameters, ...storeVariables(settings)] };
  const parameterNames = Object.fromEntries(
    stack.parameters.map((name) => [name, `/${judged.app}/${environment}/${name}`]),
  );
  const args = {
    environment,
    composeFiles: [file],
    variables: stack.variables,
    parameterNames,
    ...(settings.architecture && { architecture: settings.architecture }),
  };
  const readFile = (path: string) => (path === file ? text : files.readFile(path));
  try {
    const read = readApplication({ files: [file], variables: known(args), readFile, exists: files.exists });
    return { file: read.file, application: fitToStack(args, read.application) };
  } catch (error) {
    if (error instanceof ComposeError) return { problems: error.problems };
    if (error instanceof Refusal) return { problems: error.message.split("\n").map((message) => ({ message })) };
    throw error;
  }
}
