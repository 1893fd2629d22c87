import type { Names } from "../kit/names.ts";
import type { FilesBucketSettings } from "./files-bucket.ts";
import type { StoreUrl } from "./store-url.ts";
import type { DatabaseEngineName } from "./database-engines.ts";

/** The servers that a stack may ask for. */
export interface StoreSettings {
  readonly database: DatabaseSettings | undefined;
  readonly cache: CacheSettings | undefined;
}

/** A server that will be created: its settings, and the URL that containers get. */
export interface StorePlan<Settings> {
  readonly settings: Settings;
  readonly url: StoreUrl;
}

/** The settings of a stack about its database. */
export interface DatabaseSettings {
  readonly engine: DatabaseEngineName;
  readonly version: string;
  /** Whether a database of an earlier version is upgraded. */
  readonly mayUpgrade: boolean;
  /** Whether a change that interrupts the database is made at once, not in its maintenance window. */
  readonly applyImmediately: boolean;
  /** Compose variable that is its URL. */
  readonly variable: string;
  /** Class of the instance; not used for Aurora, whose instances are serverless. */
  readonly instanceClass: string;
  readonly storageGiB: number;
  /** Size up to which the storage grows by itself; 0 means that it does not grow. */
  readonly maxStorageGiB: number;
  /** Minimum and maximum capacity units (ACU) of Aurora. */
  readonly capacity: { readonly least: number; readonly most: number };
  /** Whether a second database in another zone takes over when the first fails. */
  readonly multiAz: boolean;
  /** Days for which backups are kept. */
  readonly backupDays: number;
  /** When RDS may interrupt the database, as in `sun:03:00-sun:04:00` (UTC). */
  readonly maintenanceWindow: string;
  readonly performanceInsights: boolean;
  /** Whether a snapshot is kept when the database is deleted. */
  readonly finalSnapshot: boolean;
  /** Snapshot from which the database is created; ignored once the database exists. */
  readonly snapshot: string | undefined;
}

/** The settings of a stack about its Redis or Valkey. */
export interface CacheSettings {
  readonly engine: keyof typeof cacheEngines;
  /** Compose variable that is its URL. */
  readonly variable: string;
  readonly nodeType: string;
  /** Nodes in other zones, one of which takes over when the first fails. */
  readonly replicas: number;
  /** Days for which its daily snapshots are kept; 0 means that there are none. */
  readonly snapshotDays: number;
  /** When ElastiCache may interrupt the cache, as in `sun:03:00-sun:04:00` (UTC). */
  readonly maintenanceWindow: string;
}

/** What the program knows about each engine: the version that a new environment gets. */
export const cacheEngines = { valkey: { version: "8.0" }, redis: { version: "7.1" } } as const;

/**
 * The plain variables of the Compose file, with the bucket's name among them, which is known before anything is
 * created.
 */
export function withBucket(
  variables: Readonly<Record<string, string>>,
  names: Names,
  bucket: FilesBucketSettings | undefined,
): Readonly<Record<string, string>> {
  return bucket === undefined ? variables : { ...variables, [bucket.variable]: names.filesBucket.name };
}
