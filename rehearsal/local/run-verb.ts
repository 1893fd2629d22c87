import { attachProvider, type Credentials } from "../../local-cloud/index.ts";
import { project, stackNames } from "../../scripts/for-rehearsal.ts";
import { commandLine, type CommandOutcome } from "../kit/command-line.ts";
import { credentialVariables, type clientSettings } from "./engine.ts";

/** The stack that a verb is for, and where it runs. */
interface VerbPlace {
  readonly environment: string;
  readonly checkout: string;
  /** Folder of the program: the one with Pulumi.yaml. */
  readonly program: string;
  /** Environment variables of the engine, the program and the providers. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly client: ReturnType<typeof clientSettings>;
}

/** Runs a verb as root, or as a role. */
export async function runVerb(
  { environment, checkout, program, variables, client }: VerbPlace,
  [verb = "", ...args]: readonly string[],
  as: Credentials | undefined,
): Promise<CommandOutcome> {
  const credentials = as ?? client.credentials;
  // The provider calls AWS with the credentials of the process that has started it.
  const own = as && asksEngine(verb) ? await attachProvider({ ...variables, ...credentialVariables(as) }) : undefined;
  const place = { ...variables, ...own?.environment, ...credentialVariables(credentials) };
  const outcome = await commandLine([verb, "--stack", environment, ...args], {
    client: { ...client, credentials },
    checkout,
    locate: (stack) => stackNames(stack, { projectDirectory: program, environment: variables }),
    project: project({ projectDirectory: program, environment: place }),
  });
  await own?.close();
  return outcome;
}

const asksEngine = (verb: string): boolean => ["cost", "destroy", "preview", "up"].includes(verb);
