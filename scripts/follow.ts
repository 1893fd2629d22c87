import {
  GetPipelineExecutionCommand,
  paginateListActionExecutions,
  type ActionExecutionDetail,
  type CodePipelineClient,
} from "@aws-sdk/client-codepipeline";

/** Something that became of a run. */
export type RunEvent =
  | {
      readonly subject: "action";
      readonly stage: string;
      readonly action: string;
      /** ActionExecutionStatus: InProgress, Succeeded, Failed, Abandoned. */
      readonly status: string;
      /** Why it failed, or what it waits for; empty where CodePipeline says nothing. */
      readonly reason: string;
    }
  | { readonly subject: "run"; readonly status: string; readonly reason: string };

/** Looks at a run again and again and tells each change once, until it has ended; the last event is the run's. */
export async function* follow(
  client: CodePipelineClient,
  run: { readonly pipeline: string; readonly id: string },
  pause: () => Promise<void>,
): AsyncGenerator<RunEvent> {
  const told = new Map<string, string>();
  for (;;) {
    // The run is asked first: whatever its actions have become by its end is then told.
    const { pipelineExecution } = await client.send(
      new GetPipelineExecutionCommand({ pipelineName: run.pipeline, pipelineExecutionId: run.id }),
    );
    for (const action of await actionsOf(client, run)) {
      const { actionExecutionId = "", status } = action;
      if (told.get(actionExecutionId) === status) continue;
      told.set(actionExecutionId, status ?? "");
      yield eventOf(action);
    }
    const { status = "InProgress", statusSummary = "" } = pipelineExecution ?? {};
    if (status !== "InProgress" && status !== "Stopping") {
      yield { subject: "run", status, reason: statusSummary };
      return;
    }
    await pause();
  }
}

/** The actions of a run in the order they began. */
async function actionsOf(
  client: CodePipelineClient,
  { pipeline: pipelineName, id: pipelineExecutionId }: { readonly pipeline: string; readonly id: string },
): Promise<readonly ActionExecutionDetail[]> {
  const found: ActionExecutionDetail[] = [];
  const pages = paginateListActionExecutions({ client }, { pipelineName, filter: { pipelineExecutionId } });
  for await (const { actionExecutionDetails = [] } of pages) found.push(...actionExecutionDetails);
  return found.toSorted((a, b) => Number(a.startTime ?? 0) - Number(b.startTime ?? 0));
}

function eventOf({ stageName = "", actionName = "", status, output }: ActionExecutionDetail): RunEvent {
  const { errorDetails, externalExecutionSummary } = output?.executionResult ?? {};
  const reason = status === "Failed" ? (errorDetails?.message ?? externalExecutionSummary ?? "") : "";
  return { subject: "action", stage: stageName, action: actionName, status: status ?? "", reason };
}
