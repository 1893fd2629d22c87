import type { Names } from "../../components/kit/names.ts";
import { life, named, pass, type Grant } from "./grant.ts";
import { placesOf } from "./places.ts";

/** What `up` and `destroy` ask AWS about the ECS services, what scales and watches them, by type. */
export function serviceGrants(names: Names): Readonly<Record<string, readonly Grant[]>> {
  const { arn, iam } = placesOf(names);
  const { prefix, cluster, taskRole, executionRole } = names;
  const services = arn("ecs", `service/${prefix}/*`);
  const alarms = arn("cloudwatch", `alarm:${prefix}`, `alarm:${prefix}-*`);
  const targets = arn("application-autoscaling", "scalable-target/*");
  const namespaces = arn("servicediscovery", "namespace/*");
  const scaling = (create: string, read: string, remove: string): Grant =>
    life("application-autoscaling", targets, {
      create: `${create} TagResource`,
      read: `${read} ListTagsForResource`,
      update: "UntagResource",
      delete: remove,
    });
  return {
    "aws:ecs/cluster:Cluster": [
      life("ecs", [cluster.arn], {
        create: "CreateCluster TagResource",
        read: "DescribeClusters ListTagsForResource",
        update: "UntagResource UpdateCluster UpdateClusterSettings",
        delete: "DeleteCluster",
      }),
      // The first cluster, service, load balancer, ... of an account makes the role by which the service works.
      linkedRoles(iam("role/aws-service-role/*"), [
        "ecs",
        "ecs.application-autoscaling",
        "elasticache",
        "elasticfilesystem",
        "elasticloadbalancing",
        "rds",
      ]),
    ],
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": [
      life("ecs", [cluster.arn], {
        create: "PutClusterCapacityProviders",
        read: "DescribeClusters",
        delete: "PutClusterCapacityProviders",
      }),
    ],
    "aws:ecs/service:Service": [
      life("ecs", services, {
        create: "CreateService TagResource",
        read: "DescribeServices ListServiceDeployments ListTagsForResource",
        update: "UntagResource UpdateService",
        delete: "DeleteService",
      }),
      {
        actions: named("ecs", "DescribeServiceDeployments DescribeServiceRevisions"),
        on: [...services, ...arn("ecs", `service-deployment/${prefix}/*`, `service-revision/${prefix}/*`)],
      },
    ],
    "aws:ecs/taskDefinition:TaskDefinition": [
      // A revision has no ARN yet (CodePipeline, "Amazon ECS deploy action reference").
      { actions: ["ecs:RegisterTaskDefinition"], on: ["*"] },
      life("ecs", names.taskDefinitions, {
        create: "TagResource",
        read: "DescribeTaskDefinition ListTagsForResource",
        update: "UntagResource",
        // Never by the program, which keeps old revisions; by a person who makes room for images.
        delete: "DeregisterTaskDefinition",
      }),
      pass("ecs-tasks.amazonaws.com", executionRole.arn, taskRole.arn),
    ],
    "aws:servicediscovery/httpNamespace:HttpNamespace": [
      life("servicediscovery", namespaces, {
        create: "CreateHttpNamespace TagResource",
        read: "GetNamespace GetOperation ListNamespaces ListTagsForResource",
        update: "UntagResource UpdateHttpNamespace",
        delete: "DeleteNamespace",
      }),
    ],
    "aws:appautoscaling/target:Target": [
      scaling("RegisterScalableTarget", "DescribeScalableTargets", "DeregisterScalableTarget"),
    ],
    "aws:appautoscaling/policy:Policy": [
      scaling("PutScalingPolicy", "DescribeScalingPolicies", "DeleteScalingPolicy"),
      // A target that is tracked has alarms, made in the name of whoever puts the policy.
      {
        actions: named("cloudwatch", "DeleteAlarms DescribeAlarms PutMetricAlarm"),
        on: arn("cloudwatch", `alarm:TargetTracking-service/${prefix}/*`),
      },
    ],
    "aws:appautoscaling/scheduledAction:ScheduledAction": [
      scaling("PutScheduledAction", "DescribeScheduledActions", "DeleteScheduledAction"),
    ],
    "aws:cloudwatch/metricAlarm:MetricAlarm": [
      life("cloudwatch", alarms, {
        create: "PutMetricAlarm TagResource",
        read: "DescribeAlarms ListTagsForResource",
        update: "UntagResource",
        delete: "DeleteAlarms",
      }),
    ],
    "aws:cloudwatch/dashboard:Dashboard": [
      life("cloudwatch", [`arn:${names.place.partition}:cloudwatch::${names.place.accountId}:dashboard/${prefix}`], {
        create: "PutDashboard",
        read: "GetDashboard",
        delete: "DeleteDashboards",
      }),
    ],
    "aws:cloudwatch/queryDefinition:QueryDefinition": [
      life("logs", ["*"], {
        create: "PutQueryDefinition",
        read: "DescribeQueryDefinitions",
        delete: "DeleteQueryDefinition",
      }),
    ],
  };
}

function linkedRoles(on: readonly string[], services: readonly string[]): Grant {
  const names = services.map((service) => `${service}.amazonaws.com`);
  return { actions: ["iam:CreateServiceLinkedRole"], on, when: { StringEquals: { "iam:AWSServiceName": names } } };
}
