import { onConnection } from "./connections.ts";
import type { Connections } from "./connections.ts";
import { ActionFailure } from "./action.ts";
import type { ActionContext, ActionHandler } from "./action.ts";
import { archiveCommit, readCommit } from "./git.ts";
import type { Commit } from "./git.ts";
import type { SourceRevision } from "./run.ts";

/** The source action for repositories behind a connection: takes a branch's head, or what the run was started with. */
export function sourceAction(connections: Connections): ActionHandler {
  return async (context) => {
    const {
      ConnectionArn = "",
      FullRepositoryId = "",
      BranchName = "",
      OutputArtifactFormat = "CODE_ZIP",
    } = context.configuration;
    if (OutputArtifactFormat !== "CODE_ZIP")
      throw new ActionFailure(
        "ConfigurationError",
        `OutputArtifactFormat ${OutputArtifactFormat}: the local cloud knows only CODE_ZIP`,
      );
    await mayUse(context, connections, ConnectionArn);
    const provider = connections.providerOf(ConnectionArn) ?? "";
    const folder = connections.repositoryFolder(FullRepositoryId);
    if (folder === undefined)
      throw new ActionFailure("RevisionUnavailable", `[${provider}] Could not find repository ${FullRepositoryId}`);
    const chosen = context.run.sourceRevisions.find(({ actionName }) => actionName === context.action.name);
    const commit = await readCommit(folder, chosen?.revisionValue ?? `refs/heads/${BranchName}`);
    if (commit === undefined) {
      throw new ActionFailure(
        "RevisionUnavailable",
        `[${provider}] No ${chosen === undefined ? `Branch [${BranchName}]` : `commit [${chosen.revisionValue}]`} found for FullRepositoryName [${FullRepositoryId}]`,
      );
    }
    const zip = await archiveCommit(folder, commit.id);
    // A connection uploads with an ACL; CodeCommit in the same account does not (seen on AWS: aws/aws-cdk#13557).
    for (const output of context.outputs) await context.store.put(output, zip, { acl: "bucket-owner-full-control" });
    return {
      revision: {
        id: commit.id,
        summary: JSON.stringify({ ProviderType: provider, CommitMessage: commit.message }),
        created: commit.committed,
      },
      variables: {
        ...outputVariables(commit, ConnectionArn, FullRepositoryId),
        ...branchVariable(chosen, BranchName),
      },
    };
  };
}

async function mayUse(
  { world, caller }: ActionContext,
  connections: Connections,
  connectionArn: string,
): Promise<void> {
  try {
    await world.identity.require(caller, [onConnection("UseConnection", connectionArn)]);
  } catch (error) {
    const reason = error instanceof Error ? ` (${error.message})` : "";
    throw new ActionFailure(
      "PermissionError",
      `Unable to use Connection: ${connectionArn}. The provided role does not have sufficient permissions.${reason}`,
    );
  }
  const status = connections.statusOf(connectionArn);
  if (status !== "AVAILABLE")
    throw new ActionFailure(
      "ConfigurationError",
      `Connection ${connectionArn} is not available: its status is ${status ?? "unknown"}`,
    );
}

// Names and meanings: CodePipeline user guide, "CodeStarSourceConnection", output variables.
function outputVariables(commit: Commit, ConnectionArn: string, FullRepositoryName: string): Record<string, string> {
  return {
    AuthorDate: commit.authorDate,
    CommitId: commit.id,
    CommitMessage: commit.message,
    ConnectionArn,
    FullRepositoryName,
  };
}

/** The branch that was pushed to, or else the action's own; undefined for a tag. */
function branchVariable(chosen: SourceRevision | undefined, BranchName: string): Record<string, string> {
  if (chosen?.revisionType !== "GIT_REF") return { BranchName };
  const [, branch] = /^refs\/heads\/(.+)$/u.exec(chosen.revisionValue) ?? [];
  return branch === undefined ? {} : { BranchName: branch };
}
