import type { ReplicationGroupArgs } from "@pulumi/aws/elasticache/replicationGroup.js";
import type { SubnetGroupArgs } from "@pulumi/aws/elasticache/subnetGroup.js";
import type { Handlers } from "../handler.ts";
import { recorded } from "../recorded.ts";

/** ElastiCache resource types: recorded only, because the example uses none and no Redis runs here. */
export const cacheHandlers: Handlers = {
  "aws:elasticache/replicationGroup:ReplicationGroup": recorded<ReplicationGroupArgs>(
    ["replicationGroupId", "subnetGroupName", "atRestEncryptionEnabled", "port"],
    (_, { replicationGroupId = "" }) => ({ primaryEndpointAddress: `master.${replicationGroupId}.rehearsal` }),
  ),
  "aws:elasticache/subnetGroup:SubnetGroup": recorded<SubnetGroupArgs>(["name"]),
};
