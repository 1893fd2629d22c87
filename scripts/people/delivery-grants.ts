import type { Names } from "../../components/kit/names.ts";
import { life, named, pass, type Grant } from "./grant.ts";
import { placesOf } from "./places.ts";

/** What `up` and `destroy` ask AWS about the pipeline, its builds, images and messages, by type of resource. */
export function deliveryGrants(names: Names): Readonly<Record<string, readonly Grant[]>> {
  const { arn, iam, own } = placesOf(names);
  const { prefix } = names;
  const projects = own("codebuild", "project/");
  const connections = arn("codeconnections", "connection/*");
  const repositories = [names.repository("*").arn];
  const functions = own("lambda", "function:");
  const topics = own("sns", "");
  const rules = own("events", "rule/");
  const roles = iam(`role/${prefix}-*`);
  const groups = [`/aws/codebuild/${prefix}-*`, `/aws/lambda/${prefix}-*`, `/ecs/${prefix}`];
  return {
    "aws:codebuild/project:Project": [
      life("codebuild", projects, {
        create: "CreateProject",
        read: "BatchGetProjects",
        update: "UpdateProject",
        delete: "DeleteProject",
      }),
      pass("codebuild.amazonaws.com", ...roles),
    ],
    "aws:codeconnections/connection:Connection": [
      life("codeconnections", connections, {
        create: "CreateConnection TagResource",
        read: "GetConnection ListTagsForResource",
        update: "UntagResource",
        delete: "DeleteConnection",
      }),
      // The handshake in the console (Developer Tools user guide, "Permissions required to ... complete connections").
      {
        actions: named(
          "codeconnections",
          "GetIndividualAccessToken GetInstallationUrl ListConnections ListInstallationTargets StartOAuthHandshake UpdateConnectionInstallation",
        ),
        on: connections,
      },
    ],
    "aws:codepipeline/pipeline:Pipeline": [
      life("codepipeline", [names.pipeline.arn], {
        create: "CreatePipeline TagResource",
        read: "GetPipeline ListTagsForResource",
        update: "UpdatePipeline UntagResource",
        delete: "DeletePipeline",
      }),
      { actions: ["codeconnections:PassConnection"], on: connections },
      pass("codepipeline.amazonaws.com", ...roles),
    ],
    "aws:ecr/repository:Repository": [
      life("ecr", repositories, {
        create: "CreateRepository TagResource",
        read: "DescribeRepositories ListTagsForResource",
        update: "PutImageScanningConfiguration PutImageTagMutability UntagResource",
        delete: "DeleteRepository",
      }),
    ],
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": [
      life("ecr", repositories, {
        create: "PutLifecyclePolicy",
        read: "GetLifecyclePolicy",
        delete: "DeleteLifecyclePolicy",
      }),
    ],
    "aws:cloudwatch/eventRule:EventRule": [
      life("events", rules, {
        create: "PutRule TagResource",
        read: "DescribeRule ListTagsForResource",
        update: "DisableRule EnableRule UntagResource",
        delete: "DeleteRule",
      }),
    ],
    "aws:cloudwatch/eventTarget:EventTarget": [
      life("events", rules, { create: "PutTargets", read: "ListTargetsByRule", delete: "RemoveTargets" }),
      pass("events.amazonaws.com", ...roles),
    ],
    "aws:cloudwatch/logGroup:LogGroup": [
      // Its ARN ends in `:*` for some of these actions (CloudWatch Logs user guide, "CloudWatch Logs resources and operations").
      life("logs", arn("logs", ...groups.flatMap((group) => [`log-group:${group}`, `log-group:${group}:*`])), {
        create: "CreateLogGroup PutRetentionPolicy TagResource",
        read: "DescribeLogGroups ListTagsForResource",
        update: "DeleteRetentionPolicy UntagResource",
        delete: "DeleteLogGroup",
      }),
    ],
    "aws:iam/role:Role": [
      life("iam", roles, {
        create: "CreateRole TagRole",
        read: "GetRole ListAttachedRolePolicies ListRolePolicies",
        update: "UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription",
        delete: "DeleteRole ListInstanceProfilesForRole",
      }),
    ],
    "aws:iam/rolePolicy:RolePolicy": [
      life("iam", roles, { create: "PutRolePolicy", read: "GetRolePolicy", delete: "DeleteRolePolicy" }),
    ],
    "aws:lambda/function:Function": [
      life("lambda", functions, {
        create: "CreateFunction TagResource",
        read: "GetFunction GetFunctionCodeSigningConfig ListTags ListVersionsByFunction",
        update: "UntagResource UpdateFunctionCode UpdateFunctionConfiguration",
        delete: "DeleteFunction",
      }),
      pass("lambda.amazonaws.com", ...roles),
    ],
    "aws:lambda/permission:Permission": [
      life("lambda", functions, { create: "AddPermission", read: "GetPolicy", delete: "RemovePermission" }),
    ],
    "aws:sns/topic:Topic": [
      life("sns", topics, {
        create: "CreateTopic SetTopicAttributes TagResource",
        read: "GetTopicAttributes ListTagsForResource",
        update: "UntagResource",
        delete: "DeleteTopic",
      }),
    ],
    "aws:sns/topicPolicy:TopicPolicy": [
      life("sns", topics, { create: "SetTopicAttributes", read: "GetTopicAttributes", delete: "SetTopicAttributes" }),
    ],
    "aws:sns/topicSubscription:TopicSubscription": [
      life("sns", topics, {
        create: "Subscribe",
        read: "GetSubscriptionAttributes ListSubscriptionsByTopic",
        update: "SetSubscriptionAttributes",
        delete: "Unsubscribe",
      }),
    ],
    "aws:ssm/parameter:Parameter": [
      life("ssm", arn("ssm", `parameter${names.parameterPath}/*`), {
        create: "AddTagsToResource PutParameter",
        read: "DescribeParameters GetParameter GetParameters ListTagsForResource",
        update: "RemoveTagsFromResource",
        delete: "DeleteParameter",
      }),
    ],
  };
}
