import { verbCommand } from "../../components/plain.ts";
import { diagnosticLines } from "../kit/engine-diagnostics.ts";
import type { Project } from "./project.ts";
import { stackEvent, type ResourceChange, type StackEvent } from "./resource-change.ts";
import type { Operation } from "./stack.ts";
import { stackProblem, type StackProblemArgs } from "./stack-problem.ts";

export interface OperateArgs extends StackProblemArgs {
  readonly project: Project;
  readonly operation: Operation;
  readonly interruption: AbortSignal;
  /** Folder of a policy pack whose rules apply. @default - none */
  readonly policyPack?: string | undefined;
}

/** The result of an operation, also of one that failed. */
export interface Operated {
  /** What was changed, or for a preview what would change. */
  readonly changes: readonly ResourceChange[];
  /** Why it failed and which state it left, in lines for people; undefined if it succeeded. */
  readonly problem: readonly string[] | undefined;
}

/**
 * Runs one operation of Pulumi on a stack and reports each event once. Errors of Pulumi and AWS are returned and not
 * thrown.
 */
export async function operate(
  args: OperateArgs,
  tell: (event: StackEvent) => void = () => undefined,
): Promise<Operated> {
  const { project, operation, stack, policyPack, interruption: signal } = args;
  const changes: ResourceChange[] = [];
  const told = new Set<string>();
  try {
    await project.run({
      operation,
      stack,
      signal,
      policyPack,
      onEvent: (event) => {
        for (const line of diagnosticLines([event]).filter((one) => !told.has(one))) {
          told.add(line);
          tell({ kind: "remark", line });
        }
        const happened = stackEvent(event);
        if (happened?.kind === "changed") changes.push(happened.change);
        if (happened !== undefined) tell(happened);
      },
    });
    return { changes, problem: undefined };
  } catch (error) {
    const state = isPreview(operation) ? [] : [stateAfter(changes, args)];
    const lines = signal.aborted ? ["interrupted: what had begun was finished"] : stackProblem(error, args);
    return { changes, problem: [...lines, ...state] };
  }
}

const isPreview = (operation: Operation): boolean => operation.startsWith("preview");

/** The state that a failed operation has left, in words. */
function stateAfter(changes: readonly ResourceChange[], { stack, verb }: StackProblemArgs): string {
  if (changes.length === 0) return `stack ${stack}: nothing was changed`;
  const counts = (["created", "updated", "replaced", "deleted"] as const).flatMap((what) => {
    const count = changes.filter((change) => change.what === what).length;
    return count === 0 ? [] : [`${count} ${what}`];
  });
  return `stack ${stack}: ${counts.join(", ")} before it ended, and recorded in the state; \`${verbCommand} ${verb} --stack ${stack}\` continues from there`;
}
