import { ActionFailure } from "./action.ts";
import type { ActionHandler } from "./action.ts";
import { archiveCommit, readCommit } from "./git.ts";

/**
 * The source action for a repository in CodeCommit: takes its branch's head, or the commit that the run was started
 * with.
 */
export function codeCommitAction(folderOf: (repositoryName: string) => string | undefined): ActionHandler {
  return async ({ world, caller, configuration, run, action, outputs, store }) => {
    const { RepositoryName = "", BranchName = "" } = configuration;
    const resource = `arn:aws:codecommit:${world.region}:${world.accountId}:${RepositoryName}`;
    // "Manage the CodePipeline service role", CodeCommit; CancelUploadArchive is only for a run that is stopped
    // meanwhile.
    const needed = ["GetBranch", "GetCommit", "UploadArchive", "GetUploadArchiveStatus"];
    await world.identity.require(
      caller,
      needed.map((name) => ({ action: `codecommit:${name}`, resource })),
    );
    const folder = folderOf(RepositoryName);
    if (folder === undefined)
      throw new ActionFailure("RevisionUnavailable", `Could not find the repository ${RepositoryName}`);
    const chosen = run.sourceRevisions.find(({ actionName }) => actionName === action.name)?.revisionValue;
    const commit = await readCommit(folder, chosen ?? `refs/heads/${BranchName}`);
    if (commit === undefined) {
      const wanted = chosen === undefined ? `branch ${BranchName}` : `commit ${chosen}`;
      throw new ActionFailure("RevisionUnavailable", `The repository ${RepositoryName} has no ${wanted}`);
    }
    const zip = await archiveCommit(folder, commit.id);
    for (const output of outputs) await store.put(output, zip);
    return {
      revision: { id: commit.id, summary: commit.message, created: commit.committed },
      // "CodeCommit source action reference", output variables.
      variables: {
        AuthorDate: commit.authorDate,
        BranchName,
        CommitId: commit.id,
        CommitMessage: commit.message,
        CommitterDate: new Date(commit.committed * 1000).toISOString(),
        RepositoryName,
      },
    };
  };
}
