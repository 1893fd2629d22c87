import { randomBytes } from "node:crypto";
import { databaseEngines } from "./database-engines.ts";
import type { Names } from "../kit/names.ts";
import { readParameter } from "../kit/read-aws.ts";
import { Refusal } from "../kit/refusal.ts";
import { sideBySide } from "../kit/side-by-side.ts";
import { storeUrlPattern } from "./store-url.ts";
import type { StoreSettings, StorePlan, DatabaseSettings, CacheSettings } from "./store-settings.ts";

export interface StorePlans {
  readonly database: StorePlan<DatabaseSettings> | undefined;
  readonly cache: StorePlan<CacheSettings> | undefined;
  /** Pattern of the URL that this `up` stores, by its variable. */
  readonly expected: Readonly<Record<string, RegExp>>;
}

/** Plans the servers after reading their passwords and the parameters of their URLs; creates nothing. */
export async function planStores(names: Names, settings: StoreSettings): Promise<StorePlans> {
  const [database, cache] = await sideBySide(
    settings.database && planDatabase(names, settings.database),
    settings.cache && planCache(names, settings.cache),
  );
  await sideBySide(
    database && refuseForeign(names, "databaseVariable", database.settings.variable),
    cache && refuseForeign(names, "cacheVariable", cache.settings.variable),
  );
  const planned = [database, cache].filter((plan) => plan !== undefined);
  const expected = planned.map(({ settings: { variable }, url }) => [variable, storeUrlPattern(url)] as const);
  return { database, cache, expected: Object.fromEntries(expected) };
}

async function planDatabase(names: Names, settings: DatabaseSettings): Promise<StorePlan<DatabaseSettings>> {
  const { aurora, port, url } = databaseEngines[settings.engine];
  const { identifier, database, password } = names.database;
  const host = `${identifier}\\.${aurora ? "cluster-" : "(?!cluster-)"}[\\w.-]+`;
  return {
    settings,
    url: { ...url, user: databaseUser, password: await storeSecret(password), host, port, path: database },
  };
}

/** The one user that a new server has: no engine reserves this name. */
const databaseUser = "app";

async function planCache(names: Names, settings: CacheSettings): Promise<StorePlan<CacheSettings>> {
  const { identifier, token } = names.cache;
  const host = `master\\.${identifier}\\.[\\w.-]+`;
  // Without a user name, the token is that of the default user.
  const url = { scheme: "rediss", user: "", password: await storeSecret(token), host, port: 6379, path: "0" };
  return { settings, url };
}

/**
 * Refuses to overwrite a URL that does not lead to a server of this stack: it leads to data that this program does not
 * know.
 */
async function refuseForeign({ parameterPath, database }: Names, key: string, variable: string): Promise<void> {
  const parameter = `${parameterPath}/${variable}`;
  const stored = await readParameter(parameter, true);
  if (stored === undefined || new RegExp(`@(master\\.)?${database.identifier}\\.`).test(stored.value)) return;
  throw new Refusal(
    `${variable}: ${parameter} already has a value, which does not lead to a server of this stack; set ${key} to another name, or delete the parameter if nothing runs yet (nothing was changed)`,
  );
}

/**
 * The password of a server that this program creates: the one that the parameter holds, or a new one if there is no
 * parameter (at the first `up`, or after it was deleted for a new password). So every later `up` finds the password
 * that the first one created.
 */
async function storeSecret(parameter: string): Promise<string> {
  const kept = await readParameter(parameter, true);
  if (kept === undefined) return randomBytes(20).toString("hex");
  if (secret.test(kept.value)) return kept.value;
  throw new Refusal(
    `${parameter}: its value is not a password that AWS accepts (16 to 41 letters, digits and !#$%^&*()_+=.,~-); delete the parameter, and \`up\` creates a new one`,
  );
}

/**
 * Pattern of what every engine accepts: RDS allows at most 41 characters for MySQL, ElastiCache asks for at least 16.
 */
const secret = /^[\w!#$%^&*()+=.,~-]{16,41}$/;
