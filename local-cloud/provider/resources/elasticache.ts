import type { ReplicationGroupArgs } from "@pulumi/aws/elasticache/replicationGroup.js";
import type { SubnetGroupArgs } from "@pulumi/aws/elasticache/subnetGroup.js";
import { docker } from "../../kit/docker.ts";
import { rotateToken, startRedis } from "../../servers/redis.ts";
import { handler, type Handlers, required } from "../kit/handler.ts";
import { recorded } from "../kit/recorded.ts";
import { serverPlace } from "../../servers/server-place.ts";

const replicationGroup = handler<ReplicationGroupArgs>({
  replaceOn: ["replicationGroupId", "subnetGroupName", "atRestEncryptionEnabled", "port"],
  secret: ["authToken"],
  create: async ({ replicationGroupId, authToken }) => {
    const alias = `master.${required(replicationGroupId, "replicationGroupId")}.rehearsal`;
    const id = await startRedis({ ...serverPlace(), alias, token: required(authToken, "authToken") });
    return { id, outputs: { primaryEndpointAddress: alias } };
  },
  update: async (id, { authToken: token }, { authToken: earlier }) => {
    const [now, before] = [required(token, "authToken"), required(earlier, "authToken")];
    if (now !== before) await rotateToken(id, { before, now });
    return {};
  },
  delete: async (id) => {
    await docker(["rm", "--force", "--volumes", id]);
  },
});

/** ElastiCache resource types: a real Redis for each group, in the network of the containers; always one node. */
export const cacheHandlers: Handlers = {
  "aws:elasticache/replicationGroup:ReplicationGroup": replicationGroup,
  "aws:elasticache/subnetGroup:SubnetGroup": recorded<SubnetGroupArgs>(["name"]),
};
