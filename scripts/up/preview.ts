import { changeLines, summaryLines } from "../pulumi/change-summary.ts";
import { operate, type OperateArgs, type Operated } from "../pulumi/operate.ts";
import { Refusal, UsageError } from "../kit/refusal.ts";
import type { Project } from "../pulumi/project.ts";
import type { ResourceChange } from "../pulumi/resource-change.ts";
import type { Surroundings } from "../verb/surroundings.ts";
import { common, folderOf, verb, type ExitCode } from "../verb/verb.ts";

/** Prints what an `up` would change. */
export const previewVerb = verb({
  help: "print what `up` would change, and change nothing",
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

/** Prints what an `up` of a stack would change; the exit code is 0, also if something would change. */
export async function previewStack(
  { stack, json, policyPack, verb: name }: PreviewArgs,
  around: Surroundings,
): Promise<ExitCode> {
  let signal: AbortSignal | undefined;
  const interruption = () => (signal = around.interruption());
  const args = { around, stack, verb: name, interruption, policyPack };
  const { changes, problem } = await previewChanges(args, (event) => {
    if (json === true) around.say(JSON.stringify(event));
    else if (event.kind === "remark") around.say(event.line);
  });
  if (problem !== undefined) {
    for (const line of problem) around.warn(line);
    return signal?.aborted === true ? 130 : 1;
  }
  if (json === true) around.say(JSON.stringify({ kind: "planned", changes }));
  else for (const line of previewLines(changes)) around.say(line);
  return 0;
}

export interface PreviewChangesArgs extends Pick<OperateArgs, "stack" | "verb" | "policyPack"> {
  readonly around: Pick<Surroundings, "project" | "self">;
  /** Called after the check of the types: until then Ctrl-C ends the process. */
  readonly interruption: () => AbortSignal;
}

/** Asks Pulumi what an `up` would change; refuses a program with type errors. */
export async function previewChanges(
  { around, interruption, ...args }: PreviewChangesArgs,
  tell?: Parameters<typeof operate>[1],
): Promise<Operated> {
  await refuseTypeErrors(args.verb, around.project);
  return await operate({ ...around, ...args, operation: "preview", interruption: interruption() }, tell);
}

/** The lines of what would change: each resource, then a summary. */
export function previewLines(changes: readonly ResourceChange[]): readonly string[] {
  if (changes.length === 0) return ["nothing would change"];
  return [
    "would be",
    ...changes.flatMap(changeLines).map((line) => `  ${line}`),
    "in total",
    ...summaryLines(changes).map((line) => `  ${line}`),
  ];
}

/** Refuses a program with type errors, if TypeScript is installed: Node itself does not check types. */
export async function refuseTypeErrors(name: string, { typeErrors }: Project): Promise<void> {
  const errors = await typeErrors();
  if (errors.length === 0) return;
  throw new Refusal(
    [...errors, `${name}: the program has type errors; correct them first (nothing was changed)`].join("\n"),
  );
}
