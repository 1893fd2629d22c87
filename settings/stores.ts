import type { FilesBucketSettings } from "../components/data/files-bucket.ts";
import { database, variableName, weeklyWindow } from "./database.ts";
import { between, config, flag, matching, pairs, refuse, strings, word } from "./keys.ts";
import { refuseUnread } from "./unread.ts";
import { type CacheSettings, cacheEngines } from "../components/data/store-settings.ts";

/** What keeps data beside the tasks, as far as `up` makes it, and the variables of the servers' URLs by their keys. */
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

/** What only a cache reads, and its value where nobody sets it (Pulumi.yaml). */
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

/** What only the bucket reads. */
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
    // The prefix stands in a policy, where * and ? would mean any text.
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
