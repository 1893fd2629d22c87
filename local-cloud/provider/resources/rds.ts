import type { ClusterArgs } from "@pulumi/aws/rds/cluster.js";
import type { ClusterInstanceArgs } from "@pulumi/aws/rds/clusterInstance.js";
import type { ClusterParameterGroupArgs } from "@pulumi/aws/rds/clusterParameterGroup.js";
import type { InstanceArgs } from "@pulumi/aws/rds/instance.js";
import type { ParameterGroupArgs } from "@pulumi/aws/rds/parameterGroup.js";
import type { SubnetGroupArgs } from "@pulumi/aws/rds/subnetGroup.js";

import { docker } from "../../kit/docker.ts";
import { changePassword, startPostgres } from "../../servers/postgres.ts";
import { region } from "../kit/clients.ts";
import { handler, type Handlers, required } from "../kit/handler.ts";
import { recorded } from "../kit/recorded.ts";
import { serverPlace } from "../../servers/server-place.ts";

const arn = (kind: string, name: string) => `arn:aws:rds:${region}:000000000000:${kind}:${name}`;

const instance = handler<InstanceArgs>({
  replaceOn: ["engine", "dbName", "username", "storageEncrypted", "snapshotIdentifier"],
  secret: ["password"],
  create: async (inputs) => {
    const identifier = required(inputs.identifier, "identifier");
    const host = `${identifier}.rehearsal`;
    const id = await start(host, {
      engine: inputs.engine,
      user: inputs.username,
      password: inputs.password,
      database: inputs.dbName,
    });
    return { id, outputs: { address: host, endpoint: `${host}:5432`, arn: arn("db", identifier) } };
  },
  update: async (id, { username, password }, before) => {
    if (password !== before.password)
      await changePassword(id, required(username, "username"), required(password, "password"));
    return {};
  },
  delete: (id, state) => remove(id, state),
});

const cluster = handler<ClusterArgs>({
  replaceOn: [
    ...(["clusterIdentifier", "engine", "databaseName", "masterUsername"] as const),
    ...(["storageEncrypted", "dbSubnetGroupName", "snapshotIdentifier"] as const),
  ],
  secret: ["masterPassword"],
  create: async (inputs) => {
    const identifier = required(inputs.clusterIdentifier, "clusterIdentifier");
    const host = `${identifier}.cluster-rehearsal`;
    const id = await start(host, {
      engine: inputs.engine,
      user: inputs.masterUsername,
      password: inputs.masterPassword,
      database: inputs.databaseName,
    });
    return { id, outputs: { endpoint: host, arn: arn("cluster", identifier) } };
  },
  update: async (id, { masterUsername, masterPassword }, before) => {
    if (masterPassword !== before.masterPassword) {
      await changePassword(id, required(masterUsername, "masterUsername"), required(masterPassword, "masterPassword"));
    }
    return {};
  },
  delete: (id, state) => remove(id, state),
});

/**
 * RDS resource types: a real PostgreSQL for each server, in the network of the containers; the other types are recorded
 * only.
 */
export const rdsHandlers: Handlers = {
  "aws:rds/cluster:Cluster": cluster,
  "aws:rds/clusterInstance:ClusterInstance": recorded<ClusterInstanceArgs>(
    ["clusterIdentifier", "engine", "identifier"],
    (_, { identifier = "" }) => ({ arn: arn("db", identifier) }),
  ),
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": recorded<ClusterParameterGroupArgs>(["name", "family"]),
  "aws:rds/instance:Instance": instance,
  "aws:rds/parameterGroup:ParameterGroup": recorded<ParameterGroupArgs>(["name", "family"]),
  "aws:rds/subnetGroup:SubnetGroup": recorded<SubnetGroupArgs>(["name"]),
};

interface ServerArgs {
  readonly engine: string | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly database: string | undefined;
}

async function start(alias: string, { engine, user, password, database }: ServerArgs): Promise<string> {
  if (engine?.endsWith("mysql") !== false) {
    throw new Error(
      `${engine ?? "no engine"}: the local cloud has no MySQL; set databaseEngine to postgres or aurora-postgresql`,
    );
  }
  const { container } = await startPostgres({
    ...serverPlace(),
    alias,
    user: required(user, "user"),
    password: required(password, "password"),
    database: required(database, "database"),
    forceTls: true,
  });
  return container;
}

/** A protected server refuses, with RDS's message (DeleteDBInstance). */
async function remove(
  id: string,
  { deletionProtection }: { readonly deletionProtection?: boolean | undefined },
): Promise<void> {
  if (deletionProtection === true) {
    throw new Error(
      "InvalidParameterCombination: Cannot delete protected DB Instance, please disable deletion protection and try again.",
    );
  }
  await docker(["rm", "--force", "--volumes", id]);
}
