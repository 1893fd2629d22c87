import type { FilesBucketSettings } from "../components/data/files-bucket.ts";
import { database, variableName, weeklyWindow } from "./database.ts";
import { between, config, flag, matching, pairs, refuse, strings, word, refuseUnread } from "./keys.ts";
import { type CacheSettings, cacheEngines } from "../components/data/store-settings.ts";

/**
 * The database, the cache and the bucket that `up` creates, and the variables of the servers' URLs with the key that
 * names each.
 */
export function stores() {
  const found = { database: database(), cache: cache(), bucket: bucket() };
  const named = [
    ["databaseVariable", found.database?.variable],
    ["cacheVariable", found.cache?.variable],
    ["bucketVariable", found.bucket?.variable],
  ] as const;
  for (const [index, [key, variable]] of named.entries()) {
    const other = named.slice(0, index).find(([, one]) => one !== undefined && one === variable);
    if (other !== undefined) refuse(key, variable, `a variable other than that of ${other[0]}`);
  }
  const urls = named
    .slice(0, 2)
    .flatMap(([key, variable]) => (variable === undefined ? [] : [[variable, key] as const]));
  return { stores: found, urls: Object.fromEntries<string>(urls) };
}

const engines = ["none", ...(Object.keys(cacheEngines) as (keyof typeof cacheEngines)[])] as const;

/** The keys that only a cache reads, with their default values (Pulumi.yaml). */
const cacheKeys = {
  cacheVariable: "REDIS_URL",
  cacheNodeType: "cache.t4g.micro",
  cacheReplicas: "0",
  cacheSnapshotDays: "0",
  cacheMaintenanceWindow: "sun:04:00-sun:05:00",
};

function cache(): CacheSettings | undefined {
  const engine = word("cacheEngine", engines);
  if (engine === "none") {
    refuseUnread(cacheKeys, "cacheEngine is not none");
    return undefined;
  }
  return {
    engine,
    variable: variableName("cacheVariable"),
    nodeType: matching(
      "cacheNodeType",
      /^cache\.[a-z0-9-]+\.[a-z0-9]+$/,
      "a node type of ElastiCache, as in cache.t4g.micro",
    ),
    replicas: between("cacheReplicas", 0, 5),
    snapshotDays: between("cacheSnapshotDays", 0, 35),
    maintenanceWindow: weeklyWindow("cacheMaintenanceWindow"),
  };
}

/** The keys that only the bucket reads, with their defaults. */
const bucketKeys = { bucketVariable: "S3_BUCKET", bucketPrefix: "", bucketVersionDays: "30", bucketCorsOrigins: "[]" };

function bucket(): FilesBucketSettings | undefined {
  if (!flag("bucket")) {
    refuseUnread(bucketKeys, "bucket is true");
    return undefined;
  }
  const variable = variableName("bucketVariable");
  const declared = strings("parameters").map((entry) => entry.split("=")[0]);
  if (declared.includes(variable) || pairs("variables")[variable] !== undefined) {
    refuse(
      "bucketVariable",
      variable,
      "another variable, or remove it from parameters and variables: `up` sets its value",
    );
  }
  return {
    variable,
    // The prefix is part of a policy, where * and ? would mean any text.
    prefix: config().get("bucketPrefix")
      ? matching("bucketPrefix", /^[\w.-][\w./-]*\/$/, "a folder, as in uploads/")
      : "",
    versionDays: between("bucketVersionDays", 0, 3650),
    corsOrigins: corsOrigins(),
  };
}

/** Origins as browsers send them. */
function corsOrigins(): readonly string[] {
  const found = strings("bucketCorsOrigins");
  for (const [index, origin] of found.entries()) {
    if (!/^https?:\/\/[a-z0-9.-]+(:\d+)?$/.test(origin)) {
      refuse("bucketCorsOrigins", origin, "origins without a path, as in https://shop.example");
    }
    if (found.indexOf(origin) !== index) refuse("bucketCorsOrigins", origin, "each origin once");
  }
  return found;
}
