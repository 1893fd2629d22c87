import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ActorRole } from "../kit/actor-role.ts";
import { ArtifactBucket } from "./artifact-bucket.ts";
import { EventTrigger } from "./event-trigger.ts";
import { pipelineNames, type ArtifactStore, type Place } from "../kit/names.ts";
import type { Stage } from "./stages.ts";
import { useArtifactKey, type Statement } from "../kit/statement.ts";
import type { Source } from "./source.ts";

export interface PipelineArgs {
  /** The account and region that it is in. */
  readonly place: Place;
  /**
   * Name of the pipeline; the names of its role and of the rule that starts it begin with it. @default - the
   * component's name
   */
  readonly pipelineName?: string;
  /** The bucket that is created for its artifacts, by its name and ARN. */
  readonly artifactBucket: ArtifactStore;
  /** The first stage, and what starts a run. */
  readonly source: PipelineSource;
  /** The stages after the source, in their order, each with what the pipeline's role needs for it. */
  readonly stages: readonly Stage[];
  /** What must exist before the first run starts: a component's own `dependsOn` does not reach its children. @default - nothing */
  readonly after?: readonly pulumi.Resource[];
  /** Whether the bucket of the artifacts is protected from deletion, and is not deleted while it holds artifacts. @default - false */
  readonly protect?: boolean;
}

/** A Source; a pipeline that is used alone needs only its stage. */
export type PipelineSource = Stage & Partial<Pick<Source, "triggers" | "startedBy">>;

/**
 * The pipeline of one environment (V2): a newer run supersedes a waiting one, and no two runs are in the same stage.
 */
export class Pipeline extends pulumi.ComponentResource {
  readonly pipelineName: pulumi.Output<string>;

  constructor(name: string, args: PipelineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:Pipeline", name, {}, opts);
    const { place, artifactBucket, source, protect = false } = args;
    const { keyArn } = artifactBucket;
    const pipelineName = args.pipelineName ?? name;
    const artifacts = new ArtifactBucket(
      `${name}-artifacts`,
      { bucketName: artifactBucket.name, kmsKeyArn: keyArn, protect },
      { parent: this },
    );
    const role = new ActorRole(
      `${name}-pipeline`,
      {
        roleName: pipelineNames(place, pipelineName).role.name,
        service: "codepipeline.amazonaws.com",
        accountId: place.accountId,
        statements: pipelineStatements(args),
      },
      { parent: this },
    );
    const pipeline = new aws.codepipeline.Pipeline(
      name,
      {
        name: pipelineName,
        pipelineType: "V2",
        executionMode: "SUPERSEDED",
        roleArn: role.arn,
        artifactStores: [
          {
            type: "S3",
            location: artifacts.bucketName,
            ...(keyArn === undefined ? {} : { encryptionKey: { id: keyArn, type: "KMS" } }),
          },
        ],
        stages: [source, ...args.stages].map(({ declaration }) => declaration),
        triggers: [...(source.triggers ?? [])],
      },
      { parent: this, dependsOn: [...role.ready, artifacts, ...(args.after ?? [])] },
    );
    if (source.startedBy !== undefined) {
      new EventTrigger(
        `${name}-start`,
        { place, pipelineName, pattern: source.startedBy, pipelineArn: pipeline.arn },
        { parent: this },
      );
    }
    this.pipelineName = pipeline.name;
    this.registerOutputs({ pipelineName: this.pipelineName });
  }
}

/** All statements of the stages, and access to the artifacts that they pass on. */
function pipelineStatements({ place, artifactBucket, source, stages }: PipelineArgs): readonly Statement[] {
  return [
    {
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
      Resource: `${artifactBucket.arn}/*`,
    },
    ...useArtifactKey({ artifactBucket, place }, "kms:Decrypt", "kms:GenerateDataKey"),
    {
      // "Manage the CodePipeline service role": every action checks the bucket first.
      Effect: "Allow",
      Action: ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
      Resource: artifactBucket.arn,
    },
    ...[source, ...stages].flatMap(({ statements }) => statements),
  ];
}
