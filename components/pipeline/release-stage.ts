import { opens, type DeploymentWindow } from "./deployment-window.ts";
import type { Names } from "../kit/names.ts";
import { builds, type ServicePlan } from "../service/service-plan.ts";
import { describeTaskDefinition, passToTasks, readTasks, registerRevisions } from "../kit/statement.ts";
import { action, stage, startBuild, type Action, type Stage } from "./stages.ts";

export interface ReleaseStageArgs {
  readonly names: Names;
  readonly services: readonly ServicePlan[];
  /** If it has services of the profile `release`, they run first. */
  readonly application: { readonly release: readonly unknown[] };
  readonly settings: {
    /** When a run may enter. @default - always */
    readonly deploymentWindow?: DeploymentWindow | undefined;
  };
}

/**
 * The stage that migrates, and then deploys every service in parallel while a step verifies them. It is one stage, so
 * that no other run comes in between.
 */
export function releaseStage({ names, services, application, settings }: ReleaseStageArgs): Stage {
  const { deploymentWindow: window } = settings;
  const migrate = application.release.length > 0 ? [stepAction("Migrate", names.migrate, 1)] : [];
  const deployed = services.filter(builds);
  const deploy = deployed.map((plan) => deployAction(names, plan));
  // The ECS actions do not notice when ECS ends a deployment.
  const verify = stepAction("Verify", names.verify, 2);
  const { declaration, statements } = stage("Release", ...migrate, ...deploy, verify);
  return {
    declaration: { ...declaration, ...(window !== undefined && { beforeEntry: opens(window) }) },
    statements: [...statements, ...deployStatements(names)],
  };
}

/** The action of a step of the release: a separate build, which gets the ID of its run. */
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

/** The action that points a running service at the images that the build has just pushed (CodePipeline, "Amazon ECS deploy action reference"). */
function deployAction(names: Names, { service, deploymentTimeoutMinutes }: ServicePlan): Action {
  return {
    declaration: {
      ...action(service.deployAction, "Deploy", "AWS", "ECS"),
      runOrder: 2,
      inputArtifacts: ["BuildOutput"],
      configuration: {
        ClusterName: names.cluster.name,
        ServiceName: service.name,
        FileName: service.imageDefinitions,
        DeploymentTimeout: String(deploymentTimeoutMinutes),
      },
    },
    // deployStatements has them once for all services, because a policy has a maximum size.
    statements: [],
  };
}

/** What the pipeline's role needs for the ECS actions (CodePipeline, "Amazon ECS deploy action reference"). */
const deployStatements = (names: Names): Stage["statements"] => [
  { Effect: "Allow", Action: ["ecs:DescribeServices", "ecs:UpdateService"], Resource: names.everyService.arn },
  describeTaskDefinition,
  ...readTasks(names),
  registerRevisions,
  {
    Effect: "Allow",
    Action: "ecs:TagResource",
    Resource: names.taskDefinitions,
    Condition: { StringEquals: { "ecs:CreateAction": "RegisterTaskDefinition" } },
  },
  passToTasks([names.executionRole.arn, names.taskRole.arn]),
];
