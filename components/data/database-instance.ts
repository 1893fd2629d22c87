import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { databaseEngines } from "./database-engines.ts";
import type { Names } from "../kit/names.ts";
import type { DatabaseSettings, StorePlan } from "./store-settings.ts";

/** A database, and its place in a network. */
export interface PlacedDatabaseArgs {
  readonly names: Names;
  readonly plan: StorePlan<DatabaseSettings>;
  /** Whether Pulumi and RDS protect it from deletion. @default - false */
  readonly protect?: boolean;
  readonly subnetGroupName: pulumi.Input<string>;
  readonly securityGroupId: pulumi.Input<string>;
}

/** Creates an RDS instance, with a standby in another zone if that is configured; returns its host name. */
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

/**
 * Name of a parameter group. A new version needs a group of another family, which is created before the old one is
 * deleted.
 */
export const groupName = (name: string, family: string): string => `${name}-${family.replace(".", "-")}`;

/** The properties that keep a database's data when the database is deleted, or that restore an earlier state. */
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

/**
 * The properties of the version. The database may be upgraded to a version that the stack names, at once or in its
 * maintenance window.
 */
export function versioned({ plan: { settings } }: PlacedDatabaseArgs) {
  return {
    engineVersion: settings.version,
    allowMajorVersionUpgrade: settings.mayUpgrade,
    applyImmediately: settings.applyImmediately,
  };
}

/** Options that keep an existing database when the snapshot that it was restored from is removed from the settings. */
export const madeOnce = { ignoreChanges: ["snapshotIdentifier"], deleteBeforeReplace: true };

/** The hour before a weekly maintenance window (`sun:03:00-sun:04:00`): RDS refuses two that overlap. */
export function backupWindow(maintenanceWindow: string): string {
  const [hour = 0, minute = 0] = maintenanceWindow.slice(4, 9).split(":").map(Number);
  const start = (hour + 23) % 24;
  return `${time(start, minute)}-${time(hour, minute)}`;
}

const time = (hour: number, minute: number): string =>
  [hour, minute].map((one) => String(one).padStart(2, "0")).join(":");
