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

/** The environment's own database: encrypted, without a public address, reached only over TLS and by what its security group lets in. */
export class Database extends pulumi.ComponentResource {
  /** The URL with which containers connect to it. It includes the password and is a secret. */
  readonly url: pulumi.Output<string>;
  /** Its security group, which lets nothing in until a rule is added. */
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
      // Subnets in use cannot be removed from a group: the database stays where it was created.
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
