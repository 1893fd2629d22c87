import { operate, type OperateArgs } from "./operate.ts";
import { stackProblem } from "./stack-problem.ts";

/**
 * Looks in AWS for what a killed Pulumi was creating, so that the next operation creates nothing twice and leaves
 * nothing behind. Reports a line for each resource. Returns why that was not possible; undefined if it was.
 */
export async function settleInterrupted(
  args: Omit<OperateArgs, "operation">,
  tell: (event: { readonly kind: "remark"; readonly line: string }) => void,
): Promise<readonly string[] | undefined> {
  const { project, stack } = args;
  try {
    const interrupted = await project.interrupted(stack);
    if (interrupted === undefined) return undefined;
    for (const line of interrupted.lines) tell({ kind: "remark", line: `interrupted before: ${line}` });
    await project.settle(stack, interrupted);
  } catch (error) {
    return [...stackProblem(error, args), `stack ${stack}: nothing was changed`];
  }
  return (await operate({ ...args, operation: "refresh" })).problem;
}
