import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectDirectory } from "../pulumi/project-directory.ts";
import { UsageError } from "../kit/refusal.ts";
import { common, folderOf, verb } from "../verb/verb.ts";
import { loadLocalPackage } from "./local-package.ts";

/** Rehearses an environment on this machine; the package compose-ecs-pipeline-local does it. */
export const rehearseVerb = verb({
  help: "rehearse an environment on this machine, without AWS: up, pushes, a lost container, a rollback, destroy",
  options: {
    stack: common.stack,
    quick: { type: "boolean", help: "end after the first release" },
    keep: { type: "boolean", help: "leave the environment running at the end, until Ctrl-C" },
    "env-file": { type: "string", value: "FILE", help: "values of the parameters that the stack declares" },
    "made-up": {
      type: "string",
      multiple: true,
      value: "NAME",
      help: "a random value for this parameter; more than once, or with commas",
    },
    "on-aws": { type: "boolean", help: "rehearse on an AWS account, which costs money; not yet run on AWS" },
    account: { type: "string", value: "ID", help: "with --on-aws: the account's id, where no terminal can ask for it" },
    destroy: { type: "string", value: "NAME", help: "with --on-aws: delete what this earlier rehearsal has left" },
  },
  run: async (values, around) => {
    const { stack, quick = false, keep = false, "env-file": file, "made-up": madeUp = [] } = values;
    const { "on-aws": onAws = false, account, destroy } = values;
    if (!onAws && (account !== undefined || destroy !== undefined))
      throw new UsageError("rehearse: --account and --destroy are for --on-aws");
    if (stack === undefined && destroy === undefined) throw new UsageError("rehearse: give --stack");
    const here = folderOf("") ?? process.cwd();
    const below = join(here, "infra");
    const program = existsSync(join(below, "Pulumi.yaml")) ? below : projectDirectory();
    const { rehearse } = await loadLocalPackage(program);
    return await rehearse({
      stack: stack ?? "",
      folder: program,
      quick,
      keep,
      envFile: folderOf(file),
      madeUp: madeUp.flatMap((names) => names.split(",")),
      onAws,
      account,
      destroy,
      ask: around.ask,
      say: around.say,
      warn: around.warn,
    });
  },
});
