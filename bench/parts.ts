import { CodePipelineClient, ListActionExecutionsCommand } from "@aws-sdk/client-codepipeline";
import type { Surroundings } from "../rehearsal/example/surroundings.ts";

/** Where the time of a release went. */
export interface Parts {
  /** Seconds of each part: Build, Migrate, and as Verify everything from the first deployment to the end. */
  readonly seconds: { readonly Build: number; readonly Migrate: number; readonly Verify: number };
  /** Each action with its seconds, in the order in which they started. */
  readonly actions: readonly string[];
  /** Starts of CodeBuild. */
  readonly starts: number;
}

/** The parts of a run of the pipeline that has ended. */
export async function partsOf(on: Surroundings, pipelineName: string, pipelineExecutionId: string): Promise<Parts> {
  const { actionExecutionDetails = [] } = await new CodePipelineClient(on.client).send(
    new ListActionExecutionsCommand({ pipelineName, filter: { pipelineExecutionId } }),
  );
  const actions = actionExecutionDetails
    .map(({ actionName = "", startTime, lastUpdateTime, input }) => {
      const [start, end] = [Number(startTime) / 1000, Number(lastUpdateTime) / 1000];
      return { name: actionName, start, end, provider: input?.actionTypeId?.provider };
    })
    .toSorted((one, other) => one.start - other.start);
  const between = (chosen: typeof actions): number =>
    Math.max(...chosen.map(({ end }) => end)) - Math.min(...chosen.map(({ start }) => start));
  const named = (name: string) => actions.filter((action) => action.name === name);
  return {
    seconds: {
      Build: between(named("Build")),
      Migrate: between(named("Migrate")),
      Verify: between(actions.filter(({ name }) => !["Source", "Build", "Approve", "Migrate"].includes(name))),
    },
    actions: actions.map(({ name, start, end }) => `${name} ${(end - start).toFixed(1)} s`),
    starts: actions.filter(({ provider }) => provider === "CodeBuild").length,
  };
}
