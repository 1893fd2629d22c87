import type * as pulumi from "@pulumi/pulumi";
import { commitUrls, connectionArn } from "./connection.ts";
import { fromImages } from "./image-source.ts";
import type { Names } from "../kit/names.ts";
import { action, stage } from "./stages.ts";
import type { SourceSettings, ConnectedRepository, CodeCommitRepository, VersionedObject, Source } from "./source.ts";

/**
 * The stage that takes the revision that was pushed: code as a zip, or ready-made images, one for each name in
 * `images`. Creates the connection if one is needed and none is given.
 */
export function sourceStage(names: Names, source: SourceSettings, images: readonly string[]): Source {
  if (source.provider === "ECR") return fromImages(names, source, images);
  if (source.provider === "CodeCommit") return fromCodeCommit(names, source);
  if (source.provider === "S3") return fromS3(names, source);
  return fromConnection(names, source, connectionArn(names.prefix, source.provider, source.connectionArn));
}

const artifacts = ["Source"];

const sourceAction = (provider: string) => ({
  ...action("Source", "Source", "AWS", provider),
  namespace: "SourceVariables",
  outputArtifacts: artifacts,
});

/** CodePipeline user guide, "CodeStarSourceConnection for Bitbucket Cloud, GitHub, GitLab.com …". */
function fromConnection(names: Names, source: ConnectedRepository, connection: pulumi.Output<string>): Source {
  const configuration = {
    ConnectionArn: connection,
    FullRepositoryId: source.repository,
    BranchName: source.branch,
    OutputArtifactFormat: "CODE_ZIP",
    // The trigger decides which pushes start a run.
    DetectChanges: "false",
  };
  // The prefix of the IAM action must be that of the ARN; in an older connection it is codestar-connections.
  const use = connection.apply((arn) => `${arn.split(":")[2] ?? ""}:UseConnection`);
  return {
    ...stage("Source", {
      declaration: { ...sourceAction("CodeStarSourceConnection"), configuration },
      statements: [
        { Effect: "Allow", Action: use, Resource: connection },
        // A connection uploads the code with an ACL ("Manage the CodePipeline service role"; seen on AWS: aws/aws-cdk#13557).
        { Effect: "Allow", Action: "s3:PutObjectAcl", Resource: `${names.artifactBucket.arn}/*` },
      ],
    }),
    artifacts,
    triggers: [
      {
        providerType: "CodeStarSourceConnection",
        gitConfiguration: { sourceActionName: "Source", pushes: pushesOf(source) },
      },
    ],
    commitUrl: commitUrls[source.provider],
    // A run that a tag has started has no branch.
    revision:
      source.tags.length > 0
        ? "#{SourceVariables.CommitId}: #{SourceVariables.CommitMessage}"
        : "#{SourceVariables.CommitId} of #{SourceVariables.BranchName}: #{SourceVariables.CommitMessage}",
  };
}

/**
 * One filter for branches and one for tags: a push is of one kind or the other, and it has to match only one filter.
 */
function pushesOf({ branches, tags, filePaths }: ConnectedRepository) {
  return [
    ...(branches.length === 0
      ? []
      : [{ branches: filterOf(branches), ...(filePaths.length > 0 && { filePaths: filterOf(filePaths) }) }]),
    ...(tags.length === 0 ? [] : [{ tags: filterOf(tags) }]),
  ];
}

function filterOf(patterns: readonly string[]) {
  const includes = patterns.filter((pattern) => !pattern.startsWith("!"));
  const excludes = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  return { ...(includes.length > 0 && { includes }), ...(excludes.length > 0 && { excludes }) };
}

function fromCodeCommit({ place }: Names, { repository, branch }: CodeCommitRepository): Source {
  const { partition, region, accountId } = place;
  const arn = `arn:${partition}:codecommit:${region}:${accountId}:${repository}`;
  return {
    ...stage("Source", {
      declaration: {
        ...sourceAction("CodeCommit"),
        configuration: {
          RepositoryName: repository,
          BranchName: branch,
          OutputArtifactFormat: "CODE_ZIP",
          PollForSourceChanges: "false",
        },
      },
      statements: [
        {
          // CodePipeline user guide, "Manage the CodePipeline service role": support for CodeCommit.
          Effect: "Allow",
          Action: [
            "codecommit:CancelUploadArchive",
            "codecommit:GetBranch",
            "codecommit:GetCommit",
            "codecommit:GetUploadArchiveStatus",
            "codecommit:UploadArchive",
          ],
          Resource: arn,
        },
      ],
    }),
    artifacts,
    triggers: [],
    // CodePipeline user guide, "CodeCommit source actions and EventBridge".
    startedBy: {
      source: ["aws.codecommit"],
      "detail-type": ["CodeCommit Repository State Change"],
      resources: [arn],
      detail: {
        event: ["referenceCreated", "referenceUpdated"],
        referenceType: ["branch"],
        referenceName: [branch],
      },
    },
    revision: "#{SourceVariables.CommitId} of #{SourceVariables.BranchName}: #{SourceVariables.CommitMessage}",
  };
}

function fromS3({ place, artifactBucket }: Names, { bucket, key }: VersionedObject): Source {
  const arn = `arn:${place.partition}:s3:::${bucket}`;
  return {
    ...stage("Source", {
      declaration: {
        ...sourceAction("S3"),
        configuration: { S3Bucket: bucket, S3ObjectKey: key, PollForSourceChanges: "false" },
      },
      statements: [
        {
          // "Amazon S3 source action reference"; the last two are needed if the object has tags.
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:GetObjectVersionTagging"],
          Resource: `${arn}/${key}`,
        },
        // The artifact gets the tags of the object ("Manage the CodePipeline service role").
        { Effect: "Allow", Action: "s3:PutObjectTagging", Resource: `${artifactBucket.arn}/*` },
        {
          // "Manage the CodePipeline service role": every action checks the bucket first.
          Effect: "Allow",
          Action: ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
          Resource: arn,
        },
      ],
    }),
    artifacts,
    triggers: [],
    // CodePipeline user guide, "Connecting to Amazon S3 source actions with a source enabled for events".
    startedBy: {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: [bucket] }, object: { key: [key] } },
    },
    revision: "version #{SourceVariables.VersionId} of #{SourceVariables.ObjectKey}",
  };
}
