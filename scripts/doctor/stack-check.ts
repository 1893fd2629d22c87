import { verbCommand } from "../../components/plain.ts";
import { stackFileName } from "../kit/stack-file-name.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import type { Status } from "../status/status-report.ts";
import { missing, ok, skipped, type Check } from "./check.ts";
import { isRead, type ProgramReading } from "../pulumi/program-reading.ts";

/**
 * Checks whether the settings and the Compose files can be read, and whether there was an `up`; if not, `names` is the
 * reason.
 */
export function judgeStack(stack: string, program: ProgramReading, names: StackNames | Error): readonly Check[] {
  const { settings, application } = program;
  return [
    isRead(settings) ? ok(`${stackFileName(stack)}: its settings are read`) : missing(settings.problem),
    ...(isRead(settings) ? settings.notes.map(skipped) : []),
    isRead(settings)
      ? judgeFiles(settings.composeFiles, application)
      : skipped("Compose files: the settings name them"),
    names instanceof Error ? skipped(names.message) : ok(`stack ${stack}: brought up in ${names.region}`),
  ];
}

function judgeFiles(files: readonly string[], application: ProgramReading["application"]): Check {
  if (!isRead(application)) return missing(application?.problem ?? "");
  const { services, images } = application;
  return ok(`${files.join(", ")}: ${services.length} ECS service(s), ${images.length} image(s) to build`);
}

/** Checks whether the right revision runs, and whether something prevents the next release. */
export function judgeState({ stack, services, hold, closed }: Pick<Status, "stack" | "services" | "hold" | "closed">) {
  const look = `look with \`${verbCommand} status --stack ${stack}\``;
  const resume = `\`${verbCommand} resume --stack ${stack}\` lets releases go on`;
  const checks: readonly Check[] = [
    ...services.flatMap(({ name, drift }) => drift.map((line) => missing(`${name}: ${line}; ${look}`))),
    ...(hold === undefined ? [] : [missing(`a rollback is held: ${hold}; ${resume}`)]),
    ...(closed === undefined ? [] : [missing(`no run enters Release: ${closed}; ${resume}`)]),
  ];
  return checks.length > 0 ? checks : [ok("state: no drift, no rollback held, Release open")];
}
