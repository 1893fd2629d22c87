import { flag, list, number, text } from "./key.ts";

/** The keys about the database, the cache and the bucket that `up` creates. */
export const dataKeys = {
  databaseEngine: text(
    "none",
    "Database that `up` creates: postgres, mysql, aurora-postgresql or aurora-mysql (both serverless), or none",
  ),
  databaseVersion: text(
    "",
    "Version of the database without its last part, which RDS updates by itself; empty means the program's default",
  ),
  databaseVariable: text(
    "DATABASE_URL",
    "Variable of the Compose file that holds the database's URL, a parameter that `up` creates",
  ),
  databaseInstanceClass: text("db.t4g.micro", "Class of the instance, if the engine is not Aurora"),
  databaseStorageGiB: number(20, "Initial storage of the instance, in GiB (20 to 65536)"),
  databaseMaxStorageGiB: number(
    100,
    "Storage up to which the instance grows by itself, in GiB; 0 means that it does not grow",
  ),
  databaseMinCapacity: text(
    "0.5",
    "Minimum capacity units of Aurora (0 to 256, in steps of 0.5); 0 pauses it while there are no connections",
  ),
  databaseMaxCapacity: text("4", "Maximum capacity units of Aurora (1 to 256, in steps of 0.5)"),
  databaseMultiAz: flag(
    false,
    "Whether a second database in another zone takes over when the first fails; it costs as much again",
  ),
  databaseBackupDays: number(
    7,
    "Days for which backups are kept; the database can be restored to any second of this time (1 to 35)",
  ),
  databaseMaintenanceWindow: text(
    "sun:03:00-sun:04:00",
    "Weekly time in UTC when RDS may interrupt the database; backups are made in the hour before",
  ),
  databaseApplyImmediately: flag(
    false,
    "Whether a change that interrupts the database is made at once, not in its maintenance window",
  ),
  databasePerformanceInsights: flag(
    false,
    "Whether RDS records what the database waits for (Performance Insights); not every class supports it",
  ),
  databaseFinalSnapshot: flag(
    true,
    "Whether the snapshot <app>-<environment>-database-final is kept of a deleted database; if it cannot be made, the database is not deleted",
  ),
  databaseSnapshot: text("", "Snapshot from which the database is created; ignored once the database exists"),
  cacheEngine: text("none", "Cache that `up` creates: valkey, redis or none"),
  cacheVariable: text(
    "REDIS_URL",
    "Variable of the Compose file that holds the cache's URL, a parameter that `up` creates",
  ),
  cacheNodeType: text("cache.t4g.micro", "Type of the cache's nodes"),
  cacheReplicas: number(
    0,
    "Nodes in other zones, one of which takes over when the first fails (0 to 5); each costs as much again",
  ),
  cacheSnapshotDays: number(0, "Days for which daily snapshots of the cache are kept (0 to 35); 0 means no snapshots"),
  cacheMaintenanceWindow: text("sun:04:00-sun:05:00", "Weekly time in UTC when ElastiCache may interrupt the cache"),
  bucket: flag(
    false,
    "Whether `up` creates a bucket for the application's files, which the containers may use without access keys",
  ),
  bucketVariable: text("S3_BUCKET", "Variable of the Compose file that holds the bucket's name"),
  bucketPrefix: text(
    "",
    "The only folder of the bucket that containers may use, as in uploads/; empty means the whole bucket",
  ),
  bucketVersionDays: number(
    30,
    "Days for which a file's old version is kept after a change or deletion; 0 keeps no versions",
  ),
  bucketCorsOrigins: list(
    "Origins of the pages from which browsers may read and upload files, as in https://shop.example",
  ),
};
