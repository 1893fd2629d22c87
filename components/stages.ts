import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { opens, type DeploymentWindow } from "./deployment-window.ts";
import type { Names } from "./names.ts";
import { inCluster, passToTasks, publish, type Statement } from "./statement.ts";

/** A stage of the pipeline, or an action of one, together with what the pipeline's role needs for it. */
export interface Part<Declaration> {
  readonly declaration: Declaration;
  readonly statements: readonly Statement[];
}
export type Stage = Part<StageDeclaration>;
type Action = Part<aws.types.input.codepipeline.PipelineStageAction>;

/** PipelineStage of the provider, with actions that are there before any Output. */
export interface StageDeclaration {
  readonly name: string;
  readonly actions: aws.types.input.codepipeline.PipelineStageAction[];
  readonly beforeEntry?: aws.types.input.codepipeline.PipelineStageBeforeEntry;
}

/** Where the code comes from. */
export interface SourceArgs {
  /** ARN of the CodeConnections connection, or of an older CodeStar one. */
  readonly connectionArn: pulumi.Output<string>;
  /** `owner/name` at the connection's provider. */
  readonly repository: string;
  readonly branch: string;
}

/** Takes the commit that was pushed, as a zip. */
export function sourceStage({ connectionArn, repository, branch }: SourceArgs): Stage {
  return stage("Source", {
    declaration: {
      ...action("Source", "Source", "AWS", "CodeStarSourceConnection"),
      namespace: "SourceVariables",
      outputArtifacts: ["Source"],
      configuration: {
        ConnectionArn: connectionArn,
        FullRepositoryId: repository,
        BranchName: branch,
        OutputArtifactFormat: "CODE_ZIP",
        // The trigger decides which pushes start a run.
        DetectChanges: "false",
      },
    },
    statements: [
      {
        Effect: "Allow",
        // The action's prefix must be the ARN's: an older connection's is codestar-connections.
        Action: connectionArn.apply((arn) => `${arn.split(":")[2] ?? ""}:UseConnection`),
        Resource: connectionArn,
      },
    ],
  });
}

/** Builds the commit's images and pushes them: buildspec.yml. */
export function buildStage(names: Pick<Names, "build">): Stage {
  return stage("Build", {
    declaration: {
      ...action("Build", "Build", "AWS", "CodeBuild"),
      namespace: "BuildVariables",
      inputArtifacts: ["Source"],
      outputArtifacts: ["BuildOutput"],
      configuration: { ProjectName: names.build.name },
    },
    statements: [startBuild(names.build)],
  });
}

export interface ApproveStageArgs {
  /** ARN of the topic that is told of a waiting approval. @default - nobody is told */
  readonly topicArn?: string | undefined;
  /** Where a browser shows the commit, with variables of CodePipeline. @default - no link */
  readonly commitUrl?: string | undefined;
  /** Minutes after which a run that nobody answered fails (5–86400; CodePipeline, "Quotas"). */
  readonly approvalTimeoutMinutes: number;
}

/** Waits for a person, with the commit before their eyes (CodePipeline, "Manage approval actions"). */
export function approveStage({ topicArn, commitUrl, approvalTimeoutMinutes }: ApproveStageArgs): Stage {
  return stage("Approve", {
    declaration: {
      ...action("Approve", "Approval", "AWS", "Manual"),
      timeoutInMinutes: approvalTimeoutMinutes,
      configuration: {
        // Of the author, the source action exports the date only ("Variables reference").
        CustomData:
          "Release #{SourceVariables.CommitId} of #{SourceVariables.BranchName}, authored #{SourceVariables.AuthorDate}: #{SourceVariables.CommitMessage}",
        ...(commitUrl !== undefined && { ExternalEntityLink: commitUrl }),
        ...(topicArn !== undefined && { NotificationArn: topicArn }),
      },
    },
    statements: topicArn === undefined ? [] : [publish(topicArn)],
  });
}

export interface ReleaseStageArgs {
  readonly names: Names;
  /** Whether the Compose file has services of the profile `release`. */
  readonly migrates: boolean;
  /** Minutes after which the ECS action gives up (1–60). */
  readonly deploymentTimeoutMinutes: number;
  /** When a run may enter. @default - always */
  readonly deploymentWindow?: DeploymentWindow | undefined;
}

/** Migrates, deploys and verifies under one lock, so that no other run comes between. */
export function releaseStage(args: ReleaseStageArgs): Stage {
  const { names } = args;
  const migrate = args.migrates ? [stepAction("Migrate", names.migrate, 1)] : [];
  const watch = stepAction("Watch", names.watch, 2);
  const verify = stepAction("Verify", names.verify, 3);
  const { declaration, statements } = stage("Release", ...migrate, deployAction(args), watch, verify);
  const window = args.deploymentWindow;
  return { declaration: { ...declaration, ...(window !== undefined && { beforeEntry: opens(window) }) }, statements };
}

/** A step of the release: a build of its own, which knows the run it belongs to. */
function stepAction(name: string, project: Names["build"], runOrder: number): Action {
  const variables = [
    { name: "PIPELINE_EXECUTION_ID", value: "#{codepipeline.PipelineExecutionId}", type: "PLAINTEXT" },
  ];
  return {
    declaration: {
      ...action(name, "Build", "AWS", "CodeBuild"),
      runOrder,
      inputArtifacts: ["BuildOutput"],
      configuration: { ProjectName: project.name, EnvironmentVariables: JSON.stringify(variables) },
    },
    statements: [startBuild(project)],
  };
}

/** Points the running service at the images the build has just pushed (CodePipeline, "Amazon ECS deploy action reference"). */
function deployAction({ names, deploymentTimeoutMinutes }: ReleaseStageArgs): Action {
  return {
    declaration: {
      ...action("Deploy", "Deploy", "AWS", "ECS"),
      runOrder: 2,
      inputArtifacts: ["BuildOutput"],
      configuration: {
        ClusterName: names.cluster.name,
        ServiceName: names.service.name,
        FileName: "imagedefinitions.json",
        DeploymentTimeout: String(deploymentTimeoutMinutes),
      },
    },
    statements: [
      { Effect: "Allow", Action: ["ecs:DescribeServices", "ecs:UpdateService"], Resource: names.service.arn },
      // These two take no narrower resource.
      { Effect: "Allow", Action: "ecs:DescribeTaskDefinition", Resource: "*" },
      { Effect: "Allow", Action: "ecs:ListTasks", Resource: "*", Condition: inCluster(names) },
      { Effect: "Allow", Action: "ecs:DescribeTasks", Resource: names.tasks, Condition: inCluster(names) },
      {
        Effect: "Allow",
        Action: ["ecs:RegisterTaskDefinition", "ecs:TagResource"],
        Resource: names.taskDefinitions(names.family),
      },
      passToTasks([names.executionRole.arn, names.taskRole.arn]),
    ],
  };
}

const startBuild = (project: Names["build"]): Statement => ({
  Effect: "Allow",
  Action: ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
  Resource: project.arn,
});

const action = (name: string, category: string, owner: string, provider: string) => ({
  name,
  category,
  owner,
  provider,
  version: "1",
});

function stage(name: string, ...actions: readonly Action[]): Stage {
  return {
    declaration: { name, actions: actions.map(({ declaration }) => declaration) },
    statements: actions.flatMap(({ statements }) => statements),
  };
}
