import type { FilesBucketSettings } from "../components/data/files-bucket.ts";
import { database, variableName, weeklyWindow } from "./database.ts";
import { between, flag, matching, refuse, refuseUnread, strings, textOrEmpty, word } from "./keys.ts";
import { type CacheSettings, cacheEngines } from "../components/data/store-settings.ts";

/**
 * The database, the cache and the bucket that `up` creates, and the variables of the servers' URLs with the key that
 * names each. `variables` are the plain variables of the stack.
 */
export function stores(variables: Variables) {
  const found = { database: database(), cache: cache(), bucket: bucket(variables) };
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

type Variables = Readonly<Record<string, string>>;

const engines = ["none", ...(Object.keys(cacheEngines) as (keyof typeof cacheEngines)[])] as const;

/** The keys that only a cache reads. */
const cacheKeys = [
  "cacheVariable",
  "cacheNodeType",
  "cacheReplicas",
  "cacheSnapshotDays",
  "cacheMaintenanceWindow",
] as const;

function cache(): CacheSettings | undefined {
  const engine = word("cacheEngine", engines);
  if (engine === "none") {
    refuseUnread(cacheKeys, "it only if cacheEngine is not none");
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

/** The keys that only the bucket reads. */
const bucketKeys = ["bucketVariable", "bucketPrefix", "bucketVersionDays", "bucketCorsOrigins"] as const;

function bucket(variables: Variables): FilesBucketSettings | undefined {
  if (!flag("bucket")) {
    refuseUnread(bucketKeys, "it only if bucket is true");
    return undefined;
  }
  const variable = variableName("bucketVariable");
  const declared = strings("parameters").map((entry) => entry.split("=")[0]);
  if (declared.includes(variable) || variables[variable] !== undefined) {
    refuse(
      "bucketVariable",
      variable,
      "another variable, or remove it from parameters and variables: `up` sets its value",
    );
  }
  return {
    variable,
    // The prefix is part of a policy, where * and ? would mean any text.
    prefix: textOrEmpty("bucketPrefix")
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
