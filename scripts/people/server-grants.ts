import type { Names } from "../../components/kit/names.ts";
import { life, named, type Grant } from "./grant.ts";
import { placesOf } from "./places.ts";

/** What `up` and `destroy` ask AWS about databases and caches, by type of resource. */
export const serverGrants = (names: Names): Readonly<Record<string, readonly Grant[]>> => ({
  ...databaseGrants(names),
  ...cacheGrants(names),
});

/** What RDS and ElastiCache look up in the caller's name where a server is put into a VPC. */
const lookAround: Grant = {
  actions: named(
    "ec2",
    "DescribeAccountAttributes DescribeAvailabilityZones DescribeSecurityGroups DescribeSubnets DescribeVpcs",
  ),
  on: ["*"],
};

function databaseGrants(names: Names): Readonly<Record<string, readonly Grant[]>> {
  const { arn } = placesOf(names);
  const { prefix } = names;
  const { partition, accountId } = names.place;
  const own = arn("rds", `*:${prefix}`, `*:${prefix}-*`);
  const rds = (create: string, read: string, update: string, remove: string): readonly Grant[] => [
    life("rds", own, {
      create: `AddTagsToResource ${create}`,
      read: `ListTagsForResource ${read}`,
      update: `RemoveTagsFromResource ${update}`,
      delete: remove,
    }),
  ];
  return {
    "aws:rds/instance:Instance": [
      ...rds(
        "CreateDBInstance",
        "DescribeDBInstances",
        "ModifyDBInstance RebootDBInstance",
        "CreateDBSnapshot DeleteDBInstance",
      ),
      lookAround,
      // The option group that RDS takes where none is named, and a snapshot of any name to begin with.
      { actions: ["rds:CreateDBInstance"], on: arn("rds", "og:default:*") },
      {
        actions: ["rds:RestoreDBInstanceFromDBSnapshot"],
        on: [...own, ...arn("rds", "og:default:*", "snapshot:*")],
      },
    ],
    "aws:rds/cluster:Cluster": [
      ...rds("CreateDBCluster", "DescribeDBClusters", "ModifyDBCluster", "CreateDBClusterSnapshot DeleteDBCluster"),
      { actions: ["rds:DescribeGlobalClusters"], on: [`arn:${partition}:rds::${accountId}:global-cluster:*`] },
      { actions: ["rds:RestoreDBClusterFromSnapshot"], on: [...own, ...arn("rds", "cluster-snapshot:*")] },
    ],
    "aws:rds/clusterInstance:ClusterInstance": rds(
      "CreateDBInstance",
      "DescribeDBInstances",
      "ModifyDBInstance RebootDBInstance",
      "DeleteDBInstance",
    ),
    "aws:rds/parameterGroup:ParameterGroup": rds(
      "CreateDBParameterGroup",
      "DescribeDBParameterGroups DescribeDBParameters",
      "ModifyDBParameterGroup ResetDBParameterGroup",
      "DeleteDBParameterGroup",
    ),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": rds(
      "CreateDBClusterParameterGroup",
      "DescribeDBClusterParameterGroups DescribeDBClusterParameters",
      "ModifyDBClusterParameterGroup ResetDBClusterParameterGroup",
      "DeleteDBClusterParameterGroup",
    ),
    "aws:rds/subnetGroup:SubnetGroup": rds(
      "CreateDBSubnetGroup",
      "DescribeDBSubnetGroups",
      "ModifyDBSubnetGroup",
      "DeleteDBSubnetGroup",
    ),
  };
}

function cacheGrants(names: Names): Readonly<Record<string, readonly Grant[]>> {
  const { arn } = placesOf(names);
  const { prefix } = names;
  const own = arn("elasticache", `*:${prefix}`, `*:${prefix}-*`);
  const tags = { add: "AddTagsToResource", read: "ListTagsForResource", remove: "RemoveTagsFromResource" };
  return {
    "aws:elasticache/replicationGroup:ReplicationGroup": [
      life("elasticache", own, {
        create: `${tags.add} CreateReplicationGroup`,
        read: `${tags.read} DescribeCacheClusters DescribeReplicationGroups`,
        update: `${tags.remove} DecreaseReplicaCount IncreaseReplicaCount ModifyReplicationGroup`,
        delete: "DeleteReplicationGroup",
      }),
      lookAround,
      {
        actions: named("elasticache", "CreateReplicationGroup ModifyReplicationGroup"),
        on: arn("elasticache", "parametergroup:default.*"),
      },
    ],
    "aws:elasticache/subnetGroup:SubnetGroup": [
      life("elasticache", own, {
        create: `${tags.add} CreateCacheSubnetGroup`,
        read: `${tags.read} DescribeCacheSubnetGroups`,
        update: `${tags.remove} ModifyCacheSubnetGroup`,
        delete: "DeleteCacheSubnetGroup",
      }),
    ],
  };
}
