import type { Application } from "../../compose/index.ts";
import type { Architecture } from "../kit/architecture.ts";
import { Refusal } from "../kit/refusal.ts";

export interface CheckStackArgs {
  /** The Compose files, as messages name them. */
  readonly where: string;
  readonly architecture?: Architecture | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly parameterNames: Readonly<Record<string, string>>;
  readonly buildParameters?: readonly string[] | undefined;
}

/** Throws a Refusal for an application that does not fit the stack's settings for build and tasks. */
export function checkStack(args: CheckStackArgs, application: Application): void {
  checkProcessors(args, application);
  checkBuildSecrets(args, application);
}

/** Refuses an image for another processor: it would not start. */
function checkProcessors(args: CheckStackArgs, { services, release }: Application): void {
  const { architecture = "x86_64" } = args;
  const containers = [...services.flatMap((task) => task.containers), ...release];
  const lines = containers.flatMap(({ name, processor = architecture }) =>
    processor === architecture
      ? []
      : [
          `${args.where}: "${name}" is for ${processor}, but the stack's architecture is ${architecture}; change one of the two`,
        ],
  );
  if (lines.length > 0) throw new Refusal(lines.join("\n"));
}

/**
 * Refuses a build secret whose variable the build does not see: its value would be a placeholder, and the build would
 * fail late.
 */
function checkBuildSecrets(args: CheckStackArgs, { buildSecrets }: Application): void {
  const seen = [...Object.keys(args.variables), ...(args.buildParameters ?? []), "ECS_ENV_NAME", "IMAGE_TAG"];
  const unseen = buildSecrets.filter((variable) => !seen.includes(variable));
  if (unseen.length === 0) return;
  throw new Refusal(
    unseen
      .map((variable) =>
        variable in args.parameterNames
          ? `${args.where}: a build reads ${variable} as a secret, but does not see its value; add it to buildParameters`
          : `${args.where}: a build reads ${variable} as a secret, but nothing sets it; declare it in parameters and buildParameters`,
      )
      .join("\n"),
  );
}
