import { project } from "../../scripts/pulumi/project.ts";
import { stackNames } from "../../scripts/pulumi/stack-names.ts";
import { thisProcess } from "../../scripts/pulumi/this-process.ts";
import { commandLine, type Answers, type CommandWorld, type Seen } from "../support/command-line.ts";
import { parameterStore } from "../support/parameters.ts";
import type { Engine } from "./engine.ts";

/** AWS as a verb looks at it, of an environment in which nothing is under way. */
const quiet: Answers = {
  GetPipelineState: () => ({ stageStates: [{ stageName: "Release" }] }),
  DescribeParameters: () => ({}),
  DescribeServices: () => ({}),
  GetParametersByPath: () => ({}),
  ListServiceDeployments: () => ({}),
};

/** Runs a command line for the stacks of an engine, with no person to ask. */
export function verb(
  { directory: projectDirectory, environment }: Pick<Engine, "directory" | "environment">,
  args: string,
  world: CommandWorld = {},
): Promise<Seen> {
  const place = { projectDirectory, environment };
  return commandLine(args, {
    ...world,
    answers: { ...quiet, ...parameterStore().answers, ...world.answers },
    locate: (stack) => stackNames(stack, place),
    project: project(place),
    self: thisProcess(),
  });
}
