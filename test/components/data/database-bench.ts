import { randomBytes } from "node:crypto";
import { Database } from "../../../components/data/database.ts";
import { Network } from "../../../components/network/network.ts";
import { planStores } from "../../../components/data/store-plans.ts";
import { refusal, settled, startCloud } from "../../support/cloud.ts";
import { production, staging } from "../../support/names.ts";
import { databaseSettings } from "../../support/stores.ts";
import type { DatabaseSettings } from "../../../components/data/store-settings.ts";

/** The stored password. */
export const password = randomBytes(20).toString("hex");

const existing = {
  vpcId: "vpc-1",
  publicSubnetIds: ["subnet-a", "subnet-b"],
  privateSubnetIds: ["subnet-c", "subnet-d"],
};

/** Makes the database of an environment whose password is kept already. */
export async function makeDatabase(settings: Partial<DatabaseSettings>, names = staging): Promise<Database> {
  await startCloud({
    answers: {
      "aws:ssm/getParameter:getParameter": ({ name }) => {
        if (name !== names.database.password) throw refusal("couldn't find resource");
        return { name, value: password, version: 1 };
      },
    },
  });
  const { database: plan } = await planStores(names, { database: databaseSettings(settings), cache: undefined });
  if (plan === undefined) throw new Error("no plan");
  const network = new Network(names.prefix, { vpcCidr: "10.0.0.0/16", natGateways: "none", existing });
  const database = new Database(`${names.prefix}-database`, { names, network, plan, protect: names === production });
  await settled();
  return database;
}

/** The component that resources are registered in. */
export const parent = "Database shop-staging-database";

/** The registration of the security group. */
export const group = [
  "aws:ec2/securityGroup:SecurityGroup",
  "shop-staging-database",
  { description: "database: in from the tasks only", vpcId: "vpc-1" },
  { parent },
];

/** The registration of the subnet group. */
export const subnets = [
  "aws:rds/subnetGroup:SubnetGroup",
  "shop-staging-database",
  {
    name: "shop-staging-database",
    description: "Where the database of shop-staging is",
    subnetIds: ["subnet-c", "subnet-d"],
  },
  { parent, ignoreChanges: ["subnetIds"] },
];

/** The registration of the parameter of the password. */
export const keptPassword = [
  "aws:ssm/parameter:Parameter",
  "shop-staging-database-password",
  { name: "/shop/staging/.database/password", type: "SecureString", value: password },
  { parent, additionalSecretOutputs: ["value", "valueWo"], secrets: ["value"] },
];

/** Registrations that every database has. */
export const around = [
  ["compose-ecs-pipeline:index:Database", "shop-staging-database", {}, {}],
  ["compose-ecs-pipeline:index:Network", "shop-staging", {}, {}],
];

/** Type of an instance. */
export const instance = "aws:rds/instance:Instance";

/** Type of a cluster. */
export const cluster = "aws:rds/cluster:Cluster";

/** Type of the parameter group of an instance. */
export const parameterGroup = "aws:rds/parameterGroup:ParameterGroup";

/** Type of the parameter group of a cluster. */
export const clusterParameterGroup = "aws:rds/clusterParameterGroup:ClusterParameterGroup";
