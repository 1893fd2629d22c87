import { commandLine, type Seen } from "../../support/command-line.ts";

export const id = "12345678-1234-5678-abcd-12345678abcd";

const waiting = {
  stageStates: [
    { stageName: "Source", actionStates: [{ actionName: "Source", latestExecution: { status: "Succeeded" } }] },
    {
      stageName: "Approve",
      latestExecution: { pipelineExecutionId: id, status: "InProgress" },
      actionStates: [{ actionName: "Approve", latestExecution: { status: "InProgress", token: "t-1" } }],
    },
  ],
};

const revision = {
  revisionId: "8cf40f2d1e0b3a4c5d6e7f8091a2b3c4d5e6f708",
  revisionSummary: JSON.stringify({ ProviderType: "GitHub", CommitMessage: "Fix the basket\n\nIt lost an item." }),
};

interface World {
  readonly reply?: string;
  readonly state?: object;
  readonly revisions?: readonly object[];
  readonly put?: () => unknown;
  readonly author?: string;
}

/** Runs a command line in a world where, by default, a run waits for approval. */
export const release = (
  args: string,
  { reply, state = waiting, revisions = [revision], put, author }: World = {},
): Promise<Seen> =>
  commandLine(args, {
    ...(reply !== undefined && { reply }),
    git: { author: (commit) => Promise.resolve(commit === revision.revisionId ? author : undefined) },
    answers: {
      GetPipelineState: () => state,
      GetPipelineExecution: () => ({ pipelineExecution: { artifactRevisions: revisions } }),
      PutApprovalResult: put ?? (() => ({})),
    },
  });

export const put = (status: string, summary: string) => ({
  pipelineName: "shop-staging",
  stageName: "Approve",
  actionName: "Approve",
  token: "t-1",
  result: { status, summary },
});
