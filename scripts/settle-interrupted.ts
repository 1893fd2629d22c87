import { operate, type OperateArgs } from "./operate.ts";
import { Refusal } from "./refusal.ts";

/**
 * Looks in AWS for what an operation that was killed was making, so that the next one makes nothing twice and leaves
 * nothing behind; tells a line for each thing it finds.
 */
export async function settleInterrupted(
  args: Omit<OperateArgs, "operation">,
  tell: (event: { readonly kind: "remark"; readonly line: string }) => void,
): Promise<void> {
  const { project, stack } = args;
  const interrupted = await project.interrupted(stack);
  if (interrupted === undefined) return;
  for (const line of interrupted.lines) tell({ kind: "remark", line: `interrupted before: ${line}` });
  await project.settle(stack, interrupted);
  const { problem } = await operate({ ...args, operation: "refresh" });
  if (problem !== undefined) throw new Refusal(problem.join("\n"));
}
