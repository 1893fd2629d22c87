import { connectionProviders } from "../components/pipeline/connection.ts";
import { config, matching, optional, refuse, strings, text } from "./keys.ts";
import type { SourceSettings } from "../components/pipeline/source.ts";

/** The providers that read a key of the source. */
const readBy: Readonly<Record<string, readonly SourceSettings["provider"][]>> = {
  sourceRepository: [...connectionProviders, "CodeCommit"],
  branch: [...connectionProviders, "CodeCommit"],
  branches: connectionProviders,
  tags: connectionProviders,
  filePaths: connectionProviders,
  connectionArn: connectionProviders,
  sourceBucket: ["S3"],
  sourceKey: ["S3"],
  sourceImageTag: ["ECR"],
};

/** The keys that only a build reads, with their default values (Pulumi.yaml). */
const readByBuilds = {
  buildspec: "",
  buildTimeoutMinutes: "30",
  buildComputeType: "SMALL",
  buildCache: "inline",
  baseImages: "[]",
  runTests: "false",
  testReports: "false",
  buildParameters: "[]",
  promoteFrom: "",
  untaggedImageDays: "14",
};

const withoutConnection = ["CodeCommit", "S3", "ECR"] as const;

/** Where the code is; refuses a key that its provider does not read, because it would be ignored. */
export function source(): SourceSettings {
  const named = text("sourceProvider");
  const provider = [...connectionProviders, ...withoutConnection].find((known) => known === named);
  if (provider === undefined) refuse("sourceProvider", named, "GitHub, GitLab, Bitbucket, CodeCommit, S3 or ECR");
  for (const [key, providers] of Object.entries(readBy)) {
    const value = config().get(key) ?? "";
    if (providers.includes(provider) || value === "" || value === "[]") continue;
    refuse(
      key,
      value.startsWith("[") ? strings(key) : value,
      `it only if sourceProvider is one of ${providers.join(", ")}; it is ${provider}`,
    );
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
  const branch = config().get("branch") || "main";
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
  for (const [key, unset] of Object.entries(readByBuilds)) {
    const value = config().get(key) ?? unset;
    if (value !== unset) refuse(key, value, "it only if images are built here; sourceProvider is ECR");
  }
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
function patterns(key: string): readonly string[] {
  const all = strings(key);
  const excludes = all.filter((pattern) => pattern.startsWith("!"));
  if (all.some((pattern) => pattern === "" || pattern === "!")) refuse(key, all, "no empty patterns");
  return Math.max(excludes.length, all.length - excludes.length) <= 8
    ? all
    : refuse(key, all, "at most 8 patterns, and at most 8 that begin with !");
}
