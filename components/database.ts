import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { auroraCluster } from "./aurora-cluster.ts";
import { databaseEngines, type DatabaseEngineName } from "./database-engines.ts";
import { databaseInstance } from "./database-instance.ts";
import type { Names } from "./names.ts";
import type { Network } from "./network.ts";
import { securityGroup } from "./security-group.ts";
import type { StorePlan } from "./store-plans.ts";
import { storeUrl } from "./store-url.ts";

/** What a stack asks of its database. */
export interface DatabaseSettings {
  readonly engine: DatabaseEngineName;
  readonly version: string;
  /** Whether one of an earlier version is upgraded. */
  readonly mayUpgrade: boolean;
  /** Whether a change that interrupts it is made at once, not in its maintenance window. */
  readonly applyImmediately: boolean;
  /** Compose variable that is its URL. */
  readonly variable: string;
  /** Class of the instance; Aurora's are serverless. */
  readonly instanceClass: string;
  readonly storageGiB: number;
  /** Up to where the storage grows by itself; 0 keeps it as it is. */
  readonly maxStorageGiB: number;
  /** Least and most capacity units (ACU) of Aurora. */
  readonly capacity: { readonly least: number; readonly most: number };
  /** Whether another zone has a second one that takes over. */
  readonly multiAz: boolean;
  /** Days that backups are kept. */
  readonly backupDays: number;
  /** When RDS may interrupt it, as in `sun:03:00-sun:04:00` (UTC). */
  readonly maintenanceWindow: string;
  readonly performanceInsights: boolean;
  /** Whether deleting it leaves a snapshot. */
  readonly finalSnapshot: boolean;
  /** Snapshot that it is made from; read when it is made, never again. */
  readonly snapshot: string | undefined;
}

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
    const { names, network, plan } = args;
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
    const placed = { ...args, subnetGroupName: subnets.name, securityGroupId: group.id };
    const { aurora, port } = databaseEngines[plan.settings.engine];
    const host = (aurora ? auroraCluster : databaseInstance)(name, placed, { ...own, dependsOn: [password] });
    this.url = pulumi.secret(host.apply((known) => storeUrl(plan.url, known)));
    this.securityGroupId = group.id;
    this.port = port;
    this.registerOutputs({});
  }
}
