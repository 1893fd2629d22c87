import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { backupWindow } from "./backup-window.ts";
import { databaseEngines } from "./database-engines.ts";
import type { Names } from "../kit/names.ts";
import type { DatabaseSettings, StorePlan } from "./store-settings.ts";

/** A database, and where in a network it is. */
export interface PlacedDatabaseArgs {
  readonly names: Names;
  readonly plan: StorePlan<DatabaseSettings>;
  /** Whether Pulumi and RDS protect it from deletion. @default - false */
  readonly protect?: boolean;
  readonly subnetGroupName: pulumi.Input<string>;
  readonly securityGroupId: pulumi.Input<string>;
}

/** One instance of RDS, and its standby in another zone where that is asked for; gives the name of its host. */
export function databaseInstance(
  name: string,
  args: PlacedDatabaseArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { names, plan, protect = false } = args;
  const { settings, url } = plan;
  const family = `${databaseEngines[settings.engine].family}${settings.version}`;
  const { tls } = databaseEngines[settings.engine];
  const parameters = new aws.rds.ParameterGroup(
    name,
    { name: groupName(name, family), family, description: "Connections over TLS only", parameters: [tls] },
    { parent: opts.parent },
  );
  const instance = new aws.rds.Instance(
    name,
    {
      identifier: names.database.identifier,
      engine: settings.engine,
      ...versioned(args),
      autoMinorVersionUpgrade: true,
      instanceClass: settings.instanceClass,
      multiAz: settings.multiAz,
      storageType: "gp3",
      storageEncrypted: true,
      allocatedStorage: settings.storageGiB,
      ...(settings.maxStorageGiB > 0 && { maxAllocatedStorage: settings.maxStorageGiB }),
      dbName: url.path,
      username: url.user,
      password: pulumi.secret(url.password),
      port: url.port,
      publiclyAccessible: false,
      dbSubnetGroupName: args.subnetGroupName,
      vpcSecurityGroupIds: [args.securityGroupId],
      parameterGroupName: parameters.name,
      performanceInsightsEnabled: settings.performanceInsights,
      maintenanceWindow: settings.maintenanceWindow,
      backupWindow: backupWindow(settings.maintenanceWindow),
      backupRetentionPeriod: settings.backupDays,
      ...kept(name, args),
    },
    { ...opts, protect, ...madeOnce },
  );
  return instance.address;
}

/** Another version needs a group of another family, which is there before the old one goes. */
export const groupName = (name: string, family: string): string => `${name}-${family.replace(".", "-")}`;

/** What keeps a database's data when somebody deletes it, or restores an earlier state. */
export function kept(name: string, { plan: { settings }, protect = false }: PlacedDatabaseArgs) {
  return {
    copyTagsToSnapshot: true,
    deletionProtection: protect,
    deleteAutomatedBackups: !protect,
    skipFinalSnapshot: !settings.finalSnapshot,
    ...(settings.finalSnapshot && { finalSnapshotIdentifier: `${name}-final` }),
    ...(settings.snapshot !== undefined && { snapshotIdentifier: settings.snapshot }),
  };
}

/** A version that a stack names is one that the database may be upgraded to, in its window if not at once. */
export function versioned({ plan: { settings } }: PlacedDatabaseArgs) {
  return {
    engineVersion: settings.version,
    allowMajorVersionUpgrade: settings.mayUpgrade,
    applyImmediately: settings.applyImmediately,
  };
}

/** One that is there is no reason for another because the setting that it was restored by goes away. */
export const madeOnce = { ignoreChanges: ["snapshotIdentifier"], deleteBeforeReplace: true };
