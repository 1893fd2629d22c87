import { changeLines, summaryLines } from "../pulumi/change-summary.ts";
import { operate } from "../pulumi/operate.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";
import type { Project } from "../pulumi/project.ts";
import type { ResourceChange } from "../pulumi/resource-change.ts";
import type { Surroundings } from "../verb/surroundings.ts";
import { common, folderOf, verb, type ExitCode } from "../verb/verb.ts";

/** Says what an `up` would change. */
export const previewVerb = verb({
  help: "say what an up would change, and change nothing",
  options: { stack: common.stack, "policy-pack": common["policy-pack"], json: common.json },
  run: async ({ stack, json, "policy-pack": folder }, around) => {
    if (stack === undefined) throw new UsageError("preview: give --stack");
    return await previewStack({ stack, json, policyPack: folderOf(folder), verb: "preview" }, around);
  },
});

interface PreviewArgs {
  readonly stack: string;
  readonly json: boolean | undefined;
  readonly policyPack: string | undefined;
  readonly verb: string;
}

/** Says what an `up` of a stack would change; exit code 0, whether that is nothing or much. */
export async function previewStack(
  { stack, json, policyPack, verb: name }: PreviewArgs,
  around: Surroundings,
): Promise<ExitCode> {
  await refuseTypeErrors(name, around.project);
  const interruption = around.interruption();
  const args = { ...around, stack, verb: name, operation: "preview", interruption, policyPack } as const;
  const { changes, problem } = await operate(args, (event) => {
    if (json === true) around.say(JSON.stringify(event));
    else if (event.kind === "remark") around.say(event.line);
  });
  if (problem !== undefined) {
    for (const line of problem) around.warn(line);
    return interruption.aborted ? 130 : 1;
  }
  if (json === true) around.say(JSON.stringify({ kind: "planned", changes }));
  else for (const line of previewLines(changes)) around.say(line);
  return 0;
}

/** What would change, resource by resource, and in sum. */
export function previewLines(changes: readonly ResourceChange[]): readonly string[] {
  if (changes.length === 0) return ["nothing would change"];
  return [
    "would be",
    ...changes.flatMap(changeLines).map((line) => `  ${line}`),
    "in sum",
    ...summaryLines(changes).map((line) => `  ${line}`),
  ];
}

/** Refuses a program with type errors, where TypeScript is installed to find them: Node runs it without a look at them. */
export async function refuseTypeErrors(name: string, { typeErrors }: Project): Promise<void> {
  const errors = await typeErrors();
  if (errors.length === 0) return;
  throw new Refusal(
    [...errors, `${name}: the program has type errors; correct them first (nothing was changed)`].join("\n"),
  );
}
