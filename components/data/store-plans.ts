import { databaseEngines } from "./database-engines.ts";
import type { Names } from "../kit/names.ts";
import { readParameter } from "../kit/read-parameter.ts";
import { Refusal } from "../kit/refusal.ts";
import { storeSecret } from "./store-secret.ts";
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
  const database = settings.database && (await planDatabase(names, settings.database));
  const cache = settings.cache && (await planCache(names, settings.cache));
  if (database !== undefined) await refuseForeign(names, "databaseVariable", database.settings.variable);
  if (cache !== undefined) await refuseForeign(names, "cacheVariable", cache.settings.variable);
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
