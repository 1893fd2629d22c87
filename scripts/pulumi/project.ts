import { fileURLToPath } from "node:url";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { declaredParameters, type DeclaredParameters } from "./declared-parameters.ts";
import { interruptedState, type ExportedState, type Interrupted } from "./interrupted-state.ts";
import { runPulumi } from "./run-pulumi.ts";
import type { StackPlace } from "./stack-names.ts";
import { runStack, type StackResult, type StackRun } from "./stack.ts";
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
  readonly run: (run: Omit<StackRun, "projectDirectory" | "environment">) => Promise<StackResult>;
}

/** A project in a folder, by default this repository. */
export function project({ projectDirectory = repository, environment }: StackPlace = {}): Project {
  const pulumi = (args: readonly string[], input?: string) =>
    runPulumi(args, { projectDirectory, environment: { ...process.env, ...environment } }, input);
  return {
    typeErrors: () => typeErrors(projectDirectory),
    isProtected: async (stack) => {
      const opened = await LocalWorkspace.create({ workDir: projectDirectory });
      const { name } = await opened.projectSettings();
      const { config = {} } = await opened.stackSettings(stack);
      return String((config as Readonly<Record<string, unknown>>)[`${name}:protect`]) === "true";
    },
    declared: (stack) => declaredParameters(stack, { projectDirectory }),
    interrupted: async (stack) => {
      const exported = await pulumi(["stack", "export", "--stack", stack]);
      return exported === undefined ? undefined : interruptedState(JSON.parse(exported) as ExportedState);
    },
    settle: async (stack, { settled }) => {
      await pulumi(["stack", "import", "--stack", stack], JSON.stringify(settled));
    },
    run: (run) => runStack({ ...run, projectDirectory, ...(environment && { environment }) }),
  };
}

const repository = fileURLToPath(new URL("../..", import.meta.url));
