import { declaredParameters, type DeclaredParameters } from "./declared-parameters.ts";
import { commitOfLastUp, type Update } from "./last-commit.ts";
import { interruptedState, type ExportedState, type Interrupted } from "./interrupted-state.ts";
import { projectDirectory as nearestProject } from "./project-directory.ts";
import { runPulumi, type StackPlace } from "./run-pulumi.ts";
import { runStack, type StackResult, type StackRun } from "./stack.ts";
import { stackConfiguration } from "./stack-files.ts";
import { typeErrors } from "./type-check.ts";

/** The Pulumi project of the stacks. */
export interface Project {
  /** Type errors of the program, one line each; empty if TypeScript is not installed. */
  readonly typeErrors: () => Promise<readonly string[]>;
  /** Whether the stack's file sets `protect`. */
  readonly isProtected: (stack: string) => Promise<boolean>;
  /** The parameters that a stack declares. */
  readonly declared: (stack: string) => Promise<DeclaredParameters>;
  /**
   * The pending operations that a killed Pulumi has left in the state; undefined if there are none, or there is no
   * stack.
   */
  readonly interrupted: (stack: string) => Promise<Interrupted | undefined>;
  /** Writes the resources that must be looked for in AWS to the state; the next refresh finds or drops them. */
  readonly settle: (stack: string, interrupted: Interrupted) => Promise<void>;
  /** The commit of the checkout from which the last `up` ran; undefined if Pulumi's history has none. */
  readonly lastCommit: (stack: string) => Promise<string | undefined>;
  readonly run: (run: Omit<StackRun, "projectDirectory" | "environment">) => Promise<StackResult>;
}

/**
 * The project in a folder, by default the nearest one from the current folder upwards. The folder is looked for when it
 * is needed: some command lines need none.
 */
export function project({ projectDirectory, environment }: StackPlace = {}): Project {
  const folder = (): string => projectDirectory ?? nearestProject();
  const pulumi = (args: readonly string[], input?: string) =>
    runPulumi(args, { projectDirectory: folder(), environment: { ...process.env, ...environment } }, input);
  return {
    typeErrors: async () => await typeErrors(folder()),
    isProtected: async (stack) => {
      const { project, configured } = await Promise.resolve(stackConfiguration(stack, folder()));
      return String(configured[`${project}:protect`]) === "true";
    },
    declared: async (stack) => await declaredParameters(stack, { projectDirectory: folder() }),
    interrupted: async (stack) => {
      const exported = await pulumi(["stack", "export", "--stack", stack]);
      return exported === undefined ? undefined : interruptedState(JSON.parse(exported) as ExportedState);
    },
    settle: async (stack, { settled }) => {
      await pulumi(["stack", "import", "--stack", stack], JSON.stringify(settled));
    },
    lastCommit: async (stack) => {
      const history = await pulumi(["stack", "history", "--json", "--page-size", "20", "--stack", stack]);
      return history === undefined ? undefined : commitOfLastUp(JSON.parse(history) as readonly Update[]);
    },
    run: async (run) => await runStack({ ...run, projectDirectory: folder(), ...(environment && { environment }) }),
  };
}
