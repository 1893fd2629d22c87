import type { Names } from "../../components/plain.ts";
import { named, pass, type Grant } from "./grant.ts";

/** Something that a person does in an environment; the `Sid` of each statement in docs/policies/ begins with it. */
export type Duty =
  "Look" | "Release" | "Approve" | "Hold" | "Rollback" | "Run" | "Exec" | "Parameters" | "Plan" | "Doctor";

/** The duties whose statements a verb needs. */
export const dutiesOf = {
  doctor: ["Look", "Parameters", "Doctor"],
  preview: ["Plan"],
  up: ["Look", "Hold", "Plan"],
  status: ["Look"],
  release: ["Look", "Release"],
  approve: ["Look", "Approve"],
  reject: ["Look", "Approve"],
  logs: ["Look"],
  run: ["Look", "Run"],
  exec: ["Look", "Exec"],
  parameters: ["Look", "Parameters"],
  rollback: ["Look", "Hold", "Rollback"],
  resume: ["Look", "Hold"],
  pause: ["Look", "Hold"],
  revisions: ["Look"],
  verify: ["Look"],
  destroy: ["Look", "Hold", "Plan"],
  cost: ["Plan"],
} as const satisfies Readonly<Record<string, readonly Duty[]>>;

/** What the verbs ask AWS themselves, by duty. What Pulumi asks for `up` is not in it: that needs administrator rights. */
export function verbGrants(names: Names): Readonly<Record<Duty, readonly Grant[]>> {
  const { prefix, pipeline, cluster, place } = names;
  const arn = (service: string, ...resources: readonly string[]): readonly string[] =>
    resources.map((resource) => `arn:${place.partition}:${service}:${place.region}:${place.accountId}:${resource}`);
  const services = [names.everyService.arn];
  const tasks = [names.tasks];
  const inCluster = { ArnEquals: { "ecs:cluster": cluster.arn } };
  const parameters = arn("ssm", `parameter${names.parameterPath}/*`);
  const held = arn("ssm", `parameter${names.releasePath}/*`);
  const toTasks = pass("ecs-tasks.amazonaws.com", names.executionRole.arn, names.taskRole.arn);
  const keys = arn("kms", "key/*");
  /** To find out the key of each parameter, and whether the stack's roles may decrypt with it. */
  const askedOfKeys: readonly Grant[] = [
    { actions: ["ssm:DescribeParameters"], on: ["*"] },
    { actions: ["kms:DescribeKey"], on: keys },
  ];
  const oneOffs = [...arn("ecs", `task-definition/${prefix}_run:*`, `task-definition/${prefix}-*_run:*`)];
  return {
    Look: [
      { actions: named("ecs", "DescribeServices ListServiceDeployments"), on: services },
      // "Permissions required for viewing Amazon ECS service deployments": the service as well as what is looked at.
      {
        actions: named("ecs", "DescribeServiceDeployments DescribeServiceRevisions"),
        on: [...services, ...arn("ecs", `service-deployment/${prefix}/*`, `service-revision/${prefix}/*`)],
      },
      { actions: ["ecs:DescribeTasks"], on: tasks },
      // Its only resource type is the container instance, which Fargate does not have.
      { actions: ["ecs:ListTasks"], on: ["*"], when: inCluster },
      { actions: named("ecs", "DescribeTaskDefinition ListTaskDefinitions"), on: ["*"] },
      {
        actions: named("codepipeline", "GetPipeline GetPipelineExecution GetPipelineState ListActionExecutions"),
        on: [pipeline.arn],
      },
      { actions: ["ecr:DescribeImages"], on: [names.repository("*").arn] },
      { actions: named("logs", "FilterLogEvents GetLogEvents"), on: [`${names.logGroup.arn}:*`] },
      { actions: ["logs:GetLogEvents"], on: arn("logs", `log-group:/aws/codebuild/${prefix}-*:*`) },
      { actions: ["cloudwatch:DescribeAlarms"], on: arn("cloudwatch", "alarm:*") },
      { actions: ["elasticloadbalancing:DescribeTargetHealth"], on: ["*"] },
      { actions: ["ssm:GetParameter"], on: held },
    ],
    Release: [{ actions: ["codepipeline:StartPipelineExecution"], on: [pipeline.arn] }],
    Approve: [{ actions: ["codepipeline:PutApprovalResult"], on: [`${pipeline.arn}/*`] }],
    Hold: [
      { actions: named("codepipeline", "DisableStageTransition EnableStageTransition"), on: [`${pipeline.arn}/*`] },
      { actions: named("ssm", "DeleteParameter PutParameter"), on: held },
    ],
    Rollback: [
      { actions: ["ecs:UpdateService"], on: services },
      {
        actions: ["ecs:StopServiceDeployment"],
        on: [...services, ...arn("ecs", `service-deployment/${prefix}/*`)],
      },
      toTasks,
      { actions: ["iam:GetRole"], on: [names.executionRole.arn, names.taskRole.arn] },
      // To check whether they exist: their values are not decrypted.
      { actions: ["ssm:GetParameters"], on: parameters },
    ],
    Run: [
      { actions: ["ecs:RunTask"], on: names.taskDefinitions.concat(oneOffs), when: inCluster },
      { actions: ["ecs:StopTask"], on: tasks },
      // A revision has no ARN before it is registered (CodePipeline, "Amazon ECS deploy action reference"); what may
      // run is narrowed above.
      { actions: ["ecs:RegisterTaskDefinition"], on: ["*"] },
      { actions: ["ecs:DeregisterTaskDefinition"], on: ["*"] },
      toTasks,
    ],
    Exec: [{ actions: ["ecs:ExecuteCommand"], on: [cluster.arn, ...tasks] }],
    Parameters: [
      { actions: named("ssm", "GetParameters PutParameter"), on: parameters },
      ...askedOfKeys,
      // To write and to compare values under a KMS key of the account, only through Parameter Store; GenerateDataKey is
      // for advanced parameters (KMS developer guide, "How AWS Systems Manager Parameter Store uses AWS KMS").
      {
        actions: named("kms", "Decrypt Encrypt GenerateDataKey"),
        on: keys,
        when: {
          StringEquals: { "kms:ViaService": `ssm.${place.region}.amazonaws.com` },
          StringLike: { "kms:EncryptionContext:PARAMETER_ARN": parameters },
        },
      },
    ],
    Plan: [
      { actions: ["ecs:DescribeServices"], on: services },
      { actions: ["ecs:DescribeTaskDefinition"], on: ["*"] },
      { actions: ["ecr:DescribeImages"], on: [names.repository("*").arn] },
      // With their values: a preview compares them.
      { actions: ["ssm:GetParameter"], on: parameters },
      {
        actions: ["ssm:GetParametersByPath"],
        on: [...arn("ssm", `parameter${names.parameterPath}`), ...parameters],
      },
      {
        actions: named("ec2", "DescribeAvailabilityZones DescribeRouteTables DescribeSubnets DescribeVpcs"),
        on: ["*"],
      },
      { actions: ["ec2:DescribeVpcAttribute"], on: arn("ec2", "vpc/*") },
      ...askedOfKeys,
    ],
    Doctor: [
      { actions: ["ecr:DescribeRepositories"], on: [names.repository("*").arn] },
      { actions: ["codeconnections:GetConnection"], on: arn("codeconnections", "connection/*") },
      { actions: ["servicequotas:GetServiceQuota"], on: [...arn("servicequotas", "ec2/*", "vpc/*")] },
      { actions: named("ec2", "DescribeAddresses DescribeNatGateways DescribeSubnets DescribeVpcs"), on: ["*"] },
    ],
  };
}
