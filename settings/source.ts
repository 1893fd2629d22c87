import { connectionProviders } from "../components/pipeline/connection.ts";
import { matching, optional, refuse, refuseUnread, strings, text, textOrEmpty } from "./keys.ts";
import type { Key, KeyOf } from "./table.ts";
import type { SourceSettings } from "../components/pipeline/source.ts";

/** The keys of the source, and the providers that read them. */
const readBy: readonly {
  readonly keys: readonly Key[];
  readonly providers: readonly SourceSettings["provider"][];
}[] = [
  { keys: ["sourceRepository", "branch"], providers: [...connectionProviders, "CodeCommit"] },
  { keys: ["branches", "tags", "filePaths", "connectionArn"], providers: connectionProviders },
  { keys: ["sourceBucket", "sourceKey"], providers: ["S3"] },
  { keys: ["sourceImageTag"], providers: ["ECR"] },
];

/** The keys that only a build reads. */
const readByBuilds = [
  "buildTimeoutMinutes",
  "buildComputeType",
  "buildCache",
  "baseImages",
  "runTests",
  "testReports",
  "buildParameters",
  "promoteFrom",
  "untaggedImageDays",
] as const;

const withoutConnection = ["CodeCommit", "S3", "ECR"] as const;

/** Where the code is; refuses a key that its provider does not read, because it would be ignored. */
export function source(): SourceSettings {
  const named = text("sourceProvider");
  const provider = [...connectionProviders, ...withoutConnection].find((known) => known === named);
  if (provider === undefined) refuse("sourceProvider", named, "GitHub, GitLab, Bitbucket, CodeCommit, S3 or ECR");
  for (const { keys, providers } of readBy) {
    if (!providers.includes(provider))
      refuseUnread(keys, `it only if sourceProvider is one of ${providers.join(", ")}; it is ${provider}`);
  }
  if (provider === "ECR") return readyImages();
  if (provider === "S3") {
    return {
      provider,
      bucket: matching("sourceBucket", /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "the name of a bucket"),
      // The key is part of a policy, where * and ? would mean any text.
      key: matching("sourceKey", /^[^*?]+\.zip$/, "the key of a zip without * and ?, as in shop.zip"),
    };
  }
  const branch = textOrEmpty("branch") || "main";
  if (provider === "CodeCommit") {
    return { provider, repository: matching("sourceRepository", codeCommitName, "the name alone, as in shop"), branch };
  }
  const repository = matching("sourceRepository", fullName, "owner/name without .git, as in acme/shop");
  const arn = "a connection's ARN, arn:aws:codeconnections:REGION:ACCOUNT:connection/ID, or leave it empty";
  return {
    provider,
    repository,
    branch,
    connectionArn: optional("connectionArn", connectionArn, arn),
    ...pushes(branch),
  };
}

/** "The suffix .git is prohibited" (CodeCommit API reference, CreateRepository). */
const codeCommitName = /^(?!.*\.git$)[\w.-]+$/;

/** `FullRepositoryId`: "the owner's name … and the name of the repository" (CodePipeline, "CodeStarSourceConnection"). */
const fullName = /^(?!.*\.git$)[\w.-]+(\/[\w.-]+)+$/;

/** The ARN of an older connection says codestar-connections (CodeConnections, "ARN format"). */
const connectionArn = /^arn:aws[\w-]*:code(star-)?connections:[a-z0-9-]+:\d{12}:connection\/[\w-]+$/;

/** Images that are built elsewhere; refuses the keys that say how to build them. */
function readyImages(): SourceSettings {
  const allowed = "it only if images are built here; sourceProvider is ECR";
  refuseUnread(readByBuilds, allowed);
  // It was the default until 0.1, and the Pulumi.yaml of a fork may still declare it.
  if (textOrEmpty("buildspec") !== "buildspec.yml") refuseUnread(["buildspec"], allowed);
  // "The tag can have up to 128 characters" (ECR, "ImageIdentifier"); a commit's tag never moves, so it starts nothing twice.
  const imageTag =
    optional("sourceImageTag", /^[A-Za-z0-9_][\w.-]{0,127}$/, "a tag that moves, as in latest") ?? "latest";
  return { provider: "ECR", imageTag };
}

/** Which pushes start a run: to the branch, unless other branches or tags are given. */
function pushes(branch: string) {
  const [given, tags, filePaths] = [patterns("branches"), patterns("tags"), patterns("filePaths")];
  const branches = given.length === 0 && tags.length === 0 ? [branch] : given;
  if (filePaths.length > 0 && branches.length === 0) {
    refuse("filePaths", filePaths, "branches as well: the push of a tag changes no files");
  }
  return { branches, tags, filePaths };
}

/** Patterns of one filter; a pattern that begins with ! excludes. CodePipeline accepts eight of each kind (GitBranchFilterCriteria). */
function patterns(key: KeyOf<"array">): readonly string[] {
  const all = strings(key);
  const excludes = all.filter((pattern) => pattern.startsWith("!"));
  if (all.some((pattern) => pattern === "" || pattern === "!")) refuse(key, all, "no empty patterns");
  return Math.max(excludes.length, all.length - excludes.length) <= 8
    ? all
    : refuse(key, all, "at most 8 patterns, and at most 8 that begin with !");
}
