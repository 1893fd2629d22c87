import { list, text } from "./key.ts";

/** The keys about where the code is, and which pushes start a release. */
export const sourceKeys = {
  sourceProvider: text(
    "GitHub",
    "Where the code is: GitHub, GitLab or Bitbucket (through a connection), CodeCommit or S3; or ECR, for ready-made images",
  ),
  sourceRepository: text(
    "",
    "The Git repository, as owner/name at the connection's provider or as its name in CodeCommit",
  ),
  branch: text(
    "",
    "A push to this branch starts a release, and a release by hand takes its newest commit; empty means main",
  ),
  branches: list("With a connection, patterns of the branches whose pushes start a release instead; !pattern excludes"),
  tags: list(
    "With a connection, patterns of the tags whose pushes start a release; pushes to branches then do so only if branches is set",
  ),
  filePaths: list(
    "With a connection, patterns of files; a push to a branch starts a release only if it changes one of them; !pattern excludes",
  ),
  connectionArn: text(
    "",
    "ARN of an existing CodeConnections connection; empty creates a new one, to be completed in the console",
  ),
  sourceBucket: text("", "For S3, an existing bucket with versioning, and with notifications to EventBridge"),
  sourceKey: text("", "For S3, the key of the zip in that bucket; a new version of it starts a release"),
  sourceImageTag: text(
    "",
    "For ECR, the tag whose push to one of the environment's repositories starts a release; empty means latest",
  ),
};
