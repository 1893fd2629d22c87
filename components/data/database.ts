import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { auroraCluster } from "./aurora-cluster.ts";
import { databaseEngines } from "./database-engines.ts";
import { databaseInstance } from "./database-instance.ts";
import type { Names } from "../kit/names.ts";
import type { Network } from "../network/network.ts";
import { securityGroup } from "../kit/security-group.ts";
import { storeUrl } from "./store-url.ts";
import type { StorePlan, DatabaseSettings } from "./store-settings.ts";

export interface DatabaseArgs {
  readonly names: Names;
  readonly network: Network;
  readonly plan: StorePlan<DatabaseSettings>;
  /** Whether Pulumi and RDS protect it from deletion. @default - false */
  readonly protect?: boolean;
}

/** A database of the environment's own: encrypted, over TLS only, without a public address, reached by whom the group lets in. */
export class Database extends pulumi.ComponentResource {
  /** The URL by which containers reach it, password included: a secret. */
  readonly url: pulumi.Output<string>;
  /** Lets in nothing until a rule says so. */
  readonly securityGroupId: pulumi.Output<string>;
  readonly port: number;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("compose-ecs-pipeline:index:Database", name, {}, opts);
    const { names, network, plan, protect = false } = args;
    const own = { parent: this };
    const password = new aws.ssm.Parameter(
      `${name}-password`,
      { name: names.database.password, type: "SecureString", value: pulumi.secret(plan.url.password) },
      own,
    );
    const group = securityGroup(name, { vpcId: network.vpcId, description: "database: in from the tasks only" }, own);
    const subnets = new aws.rds.SubnetGroup(
      name,
      { name, description: `Where the database of ${names.prefix} is`, subnetIds: network.taskSubnetIds },
      // A group whose subnets are in use gives none of them back: the database stays where it was made.
      { ...own, ignoreChanges: ["subnetIds"] },
    );
    const placed = { names, plan, protect, subnetGroupName: subnets.name, securityGroupId: group.id };
    const { aurora, port } = databaseEngines[plan.settings.engine];
    const host = (aurora ? auroraCluster : databaseInstance)(name, placed, { ...own, dependsOn: [password] });
    this.url = pulumi.secret(host.apply((known) => storeUrl(plan.url, known)));
    this.securityGroupId = group.id;
    this.port = port;
    this.registerOutputs({});
  }
}
