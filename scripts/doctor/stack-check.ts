import { stackFileName } from "../kit/stack-file-name.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import { missing, ok, skipped, type Check } from "./check.ts";
import { isRead, type ProgramReading } from "../pulumi/program-reading.ts";

/** Whether settings and Compose files can be read, and whether the stack was brought up; `names` says why it was not. */
export function judgeStack(stack: string, program: ProgramReading, names: StackNames | Error): readonly Check[] {
  const { settings, application } = program;
  return [
    isRead(settings) ? ok(`${stackFileName(stack)}: its settings are read`) : missing(settings.problem),
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
