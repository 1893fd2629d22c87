import type { Names } from "../kit/names.ts";
import type { FilesBucketSettings } from "./files-bucket.ts";
import type { StoreUrl } from "./store-url.ts";
import type { DatabaseEngineName } from "./database-engines.ts";

/** The servers that a stack may ask for. */
export interface StoreSettings {
  readonly database: DatabaseSettings | undefined;
  readonly cache: CacheSettings | undefined;
}

/** A server that is to be made: what is asked for, and the URL that containers get. */
export interface StorePlan<Settings> {
  readonly settings: Settings;
  readonly url: StoreUrl;
}

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

/** What a stack asks of its Redis or Valkey. */
export interface CacheSettings {
  readonly engine: keyof typeof cacheEngines;
  /** Compose variable that is its URL. */
  readonly variable: string;
  readonly nodeType: string;
  /** Nodes in other zones, of which one takes over. */
  readonly replicas: number;
  /** Days that its daily snapshots are kept; 0 makes none. */
  readonly snapshotDays: number;
  /** When ElastiCache may interrupt it, as in `sun:03:00-sun:04:00` (UTC). */
  readonly maintenanceWindow: string;
}

/** What the program knows of each engine: the version that a new environment gets. */
export const cacheEngines = { valkey: { version: "8.0" }, redis: { version: "7.1" } } as const;

/** The plain variables of the Compose file with the bucket's name among them: plain text before anything is made. */
export function withBucket(
  variables: Readonly<Record<string, string>>,
  names: Names,
  bucket: FilesBucketSettings | undefined,
): Readonly<Record<string, string>> {
  return bucket === undefined ? variables : { ...variables, [bucket.variable]: names.filesBucket.name };
}
