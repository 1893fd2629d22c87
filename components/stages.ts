import type * as aws from "@pulumi/aws";
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
  /** @default - a failure ends the run */
  readonly onFailure?: aws.types.input.codepipeline.PipelineStageOnFailure;
  readonly beforeEntry?: aws.types.input.codepipeline.PipelineStageBeforeEntry;
}

/**
 * Builds the commit's images and pushes them: buildspec.yml. A failure is tried once more, by itself: most are a registry
 * or a build host that is away, and what the first attempt has pushed is not built again (CodePipeline, "Configure a stage
 * for automatic retry").
 */
export function buildStage(names: Pick<Names, "build">): Stage {
  const { declaration, statements } = stage("Build", {
    declaration: {
      ...action("Build", "Build", "AWS", "CodeBuild"),
      namespace: "BuildVariables",
      inputArtifacts: ["Source"],
      outputArtifacts: ["BuildOutput"],
      configuration: { ProjectName: names.build.name },
    },
    statements: [startBuild(names.build)],
  });
  const onFailure = { result: "RETRY", retryConfiguration: { retryMode: "FAILED_ACTIONS" } };
  return { declaration: { ...declaration, onFailure }, statements };
}

export interface ApproveStageArgs {
  /** What the source calls the revision that waits, with variables of CodePipeline. */
  readonly revision: string;
  /** ARN of the topic that is told of a waiting approval. @default - nobody is told */
  readonly topicArn?: string | undefined;
  /** Where a browser shows the commit, with variables of CodePipeline. @default - no link */
  readonly commitUrl?: string | undefined;
  /** Minutes after which a run that nobody answered fails (5–86400; CodePipeline, "Quotas"). */
  readonly approvalTimeoutMinutes: number;
}

/** Waits for a person, with the source's revision before their eyes (CodePipeline, "Manage approval actions"). */
export function approveStage({ revision, topicArn, commitUrl, approvalTimeoutMinutes }: ApproveStageArgs): Stage {
  return stage("Approve", {
    declaration: {
      ...action("Approve", "Approval", "AWS", "Manual"),
      timeoutInMinutes: approvalTimeoutMinutes,
      configuration: {
        CustomData: `Release ${revision}`,
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

/** What every action declares: its name and its type, of version 1. */
export const action = (name: string, category: string, owner: string, provider: string) => ({
  name,
  category,
  owner,
  provider,
  version: "1",
});

/** A stage of these actions, with the sum of their statements. */
export function stage(name: string, ...actions: readonly Action[]): Stage {
  return {
    declaration: { name, actions: actions.map(({ declaration }) => declaration) },
    statements: actions.flatMap(({ statements }) => statements),
  };
}
