import { UsageError } from "../kit/refusal.ts";
import { rollBack, type RollbackEvent } from "./act.ts";
import { planRollback, type RollbackPlan } from "./plan.ts";
import { planLines, rollbackLines, standingLines } from "./report.ts";
import type { StackNames } from "../pulumi/stack-names.ts";
import { aborted, type Clients, type Surroundings } from "../verb/surroundings.ts";
import { withLock } from "../guard/verb-lock.ts";
import { common, confirm, verb, type ExitCode } from "../verb/verb.ts";

/** Goes back to an earlier revision, and stays there until `resume`. */
export const rollbackVerb = verb({
  help: "go back to an earlier release and stay there until `resume`",
  options: {
    stack: common.stack,
    to: {
      type: "string",
      value: "WHAT",
      help: "a commit or a revision (default: the release before, or what was begun)",
    },
    json: common.json,
    "dry-run": common["dry-run"],
    yes: common.yes,
    "break-lock": common["break-lock"],
  },
  run: async (values, around) => {
    if (values.stack === undefined) throw new UsageError("rollback: give --stack");
    const names = await around.locate(values.stack);
    const clients = around.clients(names.region);
    const tell = values.json === true ? around.warn : around.say;
    const prepare = async (): Promise<RollbackPlan> => {
      const plan = await planRollback(names, clients, { to: values.to, git: around.git(names.stack) });
      for (const line of planLines(names, plan)) tell(line);
      return plan;
    };
    if (values["dry-run"] === true) {
      const plan = await prepare();
      if (values.json === true) around.say(JSON.stringify(plan));
      return 0;
    }
    const lock = { names, ssm: clients.ssm, verb: "rollback", breakLock: values["break-lock"], around };
    return await withLock(lock, async () => {
      const plan = await prepare();
      await confirm("rollback", values, around);
      return await tellRollback(names, clients, plan, values, around);
    });
  },
});

async function tellRollback(
  names: StackNames,
  clients: Clients,
  plan: RollbackPlan,
  { json }: { readonly json?: boolean | undefined },
  around: Surroundings,
): Promise<ExitCode> {
  const signal = around.interruption();
  const pause = () => Promise.race([around.pause(), aborted(signal)]);
  const seen: RollbackEvent[] = [];
  const args = { names, clients, plan, around: { ...around, pause }, abandoned: () => signal.aborted };
  try {
    for await (const event of rollBack(args)) {
      seen.push(event);
      for (const line of json === true ? [JSON.stringify(event)] : rollbackLines(names, event)) around.say(line);
      if (event.kind === "verified" && event.ok) return 0;
    }
  } catch (error) {
    for (const line of standingLines(names, plan, seen)) around.warn(line);
    throw error;
  }
  for (const line of standingLines(names, plan, seen)) around.warn(line);
  return seen.some(({ kind }) => kind === "verified") ? 3 : 130;
}
