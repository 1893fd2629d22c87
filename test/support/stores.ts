import type { FilesBucketSettings } from "../../components/data/files-bucket.ts";
import type { DatabaseSettings, CacheSettings } from "../../components/data/store-settings.ts";

/** A database as Pulumi.yaml describes it where only its engine is set, with what a test changes. */
export const databaseSettings = (more: Partial<DatabaseSettings> = {}): DatabaseSettings => ({
  engine: "postgres",
  version: "17",
  mayUpgrade: false,
  applyImmediately: false,
  variable: "DATABASE_URL",
  instanceClass: "db.t4g.micro",
  storageGiB: 20,
  maxStorageGiB: 100,
  capacity: { least: 0.5, most: 4 },
  multiAz: false,
  backupDays: 7,
  maintenanceWindow: "sun:03:00-sun:04:00",
  performanceInsights: false,
  finalSnapshot: true,
  snapshot: undefined,
  ...more,
});

/** A cache as Pulumi.yaml describes it, with what a test changes. */
export const cacheSettings = (more: Partial<CacheSettings> = {}): CacheSettings => ({
  engine: "valkey",
  variable: "REDIS_URL",
  nodeType: "cache.t4g.micro",
  replicas: 0,
  snapshotDays: 0,
  maintenanceWindow: "sun:04:00-sun:05:00",
  ...more,
});

/** A bucket as Pulumi.yaml describes it, with what a test changes. */
export const bucketSettings = (more: Partial<FilesBucketSettings> = {}): FilesBucketSettings => ({
  variable: "S3_BUCKET",
  prefix: "",
  versionDays: 30,
  corsOrigins: [],
  ...more,
});
