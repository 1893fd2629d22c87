import { addVariables } from "./add-variables.ts";
import { editServices, onEcs, type ComposeSettings, type Context, type Draft, type Edit } from "./draft.ts";
import { addBelow, commentOut, mark, noteAbove, replaceAt } from "./edits.ts";
import { addressOf, environmentOf, type EnvironmentEntry } from "./environment-entries.ts";
import { knownImage, type Managed } from "./known-images.ts";
import { keysOf, servicesOf, valueOf, wordsOf, type ServiceView } from "./services.ts";
import { plain, sheetOf, type Sheet } from "./sheet.ts";
import { isMap } from "yaml";

/** A server that `up` creates, by the names that it has in the Compose file. */
interface Store extends Managed {
  readonly names: readonly string[];
  /** The variable that holds its URL. */
  readonly variable: string;
}

/** Lets `up` create the databases and caches that it can, and points the other services to them. */
export function withStores(draft: Draft, context: Context): Draft {
  const sheet = sheetOf(draft.text);
  const stores = storesOf(sheet, context);
  if (stores.length === 0) return draft;
  const apart = servicesOf(sheet).reduce((text, { name }) => {
    const role = context.roles.get(name);
    return role?.kind === "managed" ? forPeople(text, name, role.by) : text;
  }, draft.text);
  const start: Draft = { text: apart, settings: { ...draft.settings, ...settingsOf(stores) } };
  const asking = askingFor(start.text, context, stores);
  const pointed = editServices(start, context, onEcs, (service, inside) =>
    environmentOf(inside, service).flatMap((entry) => pointTo(entry, stores, isServer(service))),
  );
  const named = stores.reduce(
    (current, store) => ({ ...current, text: withUrl(current.text, asking.get(store) ?? [], store) }),
    pointed,
  );
  return editServices(named, context, onEcs, (service, inside) => commandNotes(service, inside, stores));
}

const forPeople = (text: string, name: string, { kind, engine }: Managed): string =>
  addBelow(
    text,
    ["services", name],
    [
      `${mark} \`up\` creates the ${kind} (${kind}Engine: ${engine} in Pulumi.<environment>.yaml); this one is for your own machine`,
      "profiles: [local]",
    ],
  );

function storesOf(sheet: Sheet, { roles }: Context): readonly Store[] {
  const services = servicesOf(sheet);
  return services.flatMap((service) => {
    const role = roles.get(service.name);
    if (role?.kind !== "managed") return [];
    const names = [
      service.name,
      ...[service.text("container_name") ?? []].flat(),
      ...[service.text("hostname") ?? []].flat(),
    ];
    const users = services.filter(({ name }) => onEcs.includes(roles.get(name)?.kind ?? "kept"));
    const entries = users.flatMap((user) => environmentOf(sheet, user));
    return [{ ...role.by, names, variable: variableOf(entries, names, role.by.kind) }];
  });
}

/** The variable that holds a store's URL today, or the one that `up` sets by default. */
function variableOf(entries: readonly EnvironmentEntry[], names: readonly string[], kind: Managed["kind"]): string {
  const usual = kind === "database" ? "DATABASE_URL" : "REDIS_URL";
  const found = entries.flatMap(({ name, value = "" }) => {
    const { variable, fallback } = expression(value);
    const address = addressOf(fallback ?? value);
    if (address?.url === true && names.includes(address.host)) return [variable ?? name];
    return variable === usual && fallback === undefined ? [usual] : [];
  });
  return found.includes(usual) ? usual : (found[0] ?? usual);
}

/** The variable and the default of a value that is nothing else. */
function expression(value: string): { readonly variable?: string; readonly fallback?: string } {
  const [, bare, variable = bare, fallback] =
    /^\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-([^{}]*))?\})$/.exec(value) ?? [];
  return { ...(variable !== undefined && { variable }), ...(fallback !== undefined && { fallback }) };
}

function settingsOf(stores: readonly Store[]): Partial<ComposeSettings> {
  const [database, cache] = (["database", "cache"] as const).map((kind) => stores.find((store) => store.kind === kind));
  const engine = database?.engine === "postgres" || database?.engine === "mysql" ? database.engine : undefined;
  const cacheEngine = cache?.engine === "redis" || cache?.engine === "valkey" ? cache.engine : undefined;
  return {
    ...(engine && { databaseEngine: engine }),
    ...(database && database.variable !== "DATABASE_URL" && { databaseVariable: database.variable }),
    ...(cacheEngine && { cacheEngine }),
    ...(cache && cache.variable !== "REDIS_URL" && { cacheVariable: cache.variable }),
  };
}

/** The edits by which one variable points to a store, or does not name it any more. */
function pointTo(entry: EnvironmentEntry, stores: readonly Store[], server: boolean): readonly Edit[] {
  const { name, value = "", at, range } = entry;
  const { variable, fallback } = expression(value);
  const address = addressOf(fallback ?? value);
  const store = stores.find(({ names }) => names.includes(address?.host ?? ""));
  if (store !== undefined && address?.url === true) {
    if (variable === store.variable) return [];
    const scheme = /^([^/]*):\/\//.exec(fallback ?? value)?.[1] ?? "";
    const usual = /^(postgres(ql)?|mysql2?|rediss?)$/.test(scheme);
    const path = store.kind === "cache" && /\/[1-9]\d*$/.test(fallback ?? value) ? " and database 0" : "";
    const note =
      usual && path === "" ? "" : `; it begins with ${schemes[store.engine]}://${path}, and this was ${scheme}://`;
    const write = (text: string): string => replaceAt(text, range, entry.written(`\${${store.variable}}`));
    return [{ at, apply: (text) => noteAbove(write(text), at, `\`up\` sets the URL of the ${store.kind}${note}`) }];
  }
  const part = store ?? (server ? undefined : stores.find((one) => isPartOf(one, name) && !isPlainFlag(value)));
  if (part === undefined) return [];
  const what = `${part.variable} holds host, user, password and name of the ${part.kind}; let the application read it`;
  return [{ at, apply: (text) => commentOut(withoutValue(text, entry), at, what) }];
}

/** Whether a service is a server of its own kind, whose variables are its own. */
const isServer = (service: ServiceView): boolean =>
  service.key("build") === undefined && knownImage(service.text("image") ?? "").port !== undefined;

const schemes = { postgres: "postgres", mysql: "mysql", redis: "rediss", valkey: "rediss" } as const;

/** Whether a variable of this name holds a part of the store's address. */
const isPartOf = ({ kind, variable }: Store, name: string): boolean =>
  name !== variable &&
  (kind === "database"
    ? /(^|_)(DB|DATABASE|POSTGRES|POSTGRESQL|MYSQL|MARIADB|PG)_?(HOST(NAME)?|PORT|USER(NAME)?|PASS(WORD)?|NAME|DB|DATABASE)$/.test(
        name,
      )
    : /(^|_)(REDIS|CACHE)_?(HOST(NAME)?|PORT|PASS(WORD)?|DB)$/.test(name));

const isPlainFlag = (value: string): boolean => /^(true|false)$/i.test(value);

/** A password does not stay in the comment. */
const withoutValue = (text: string, entry: EnvironmentEntry): string =>
  /PASS/.test(entry.name) && !(entry.value ?? "").includes("$")
    ? replaceAt(text, entry.range, entry.written("…"))
    : text;

/** The services that name a store, or wait for it, and have no variable with its URL. */
function askingFor(text: string, { roles }: Context, stores: readonly Store[]): ReadonlyMap<Store, readonly string[]> {
  const sheet = sheetOf(text);
  const users = servicesOf(sheet).filter(({ name }) => onEcs.includes(roles.get(name)?.kind ?? "kept"));
  return new Map(
    stores.map((store) => [store, users.filter((service) => asks(sheet, service, store)).map(({ name }) => name)]),
  );
}

function asks(sheet: Sheet, service: ServiceView, store: Store): boolean {
  const entries = environmentOf(sheet, service);
  const points = entries.some(({ name, value = "" }) => {
    const { variable = name, fallback } = expression(value);
    const address = addressOf(fallback ?? value);
    return variable === store.variable || (address?.url === true && store.names.includes(address.host));
  });
  const names = entries.some(({ value = "" }) =>
    store.names.includes(addressOf(expression(value).fallback ?? value)?.host ?? ""),
  );
  const waits = [...dependencies(sheet, service), ...wordsOf(sheet, service.value("links"))].some((name) =>
    store.names.includes(name.split(":")[0] ?? ""),
  );
  return !points && (names || waits);
}

function dependencies(sheet: Sheet, service: ServiceView): readonly string[] {
  const node = service.value("depends_on");
  return isMap(node) ? [...keysOf(sheet, node).keys()] : wordsOf(sheet, node);
}

const withUrl = (text: string, services: readonly string[], store: Store): string =>
  services.reduce((current, name) => {
    const sheet = sheetOf(current);
    const service = servicesOf(sheet).find((one) => one.name === name);
    const known = service !== undefined && environmentOf(sheet, service).some((entry) => entry.name === store.variable);
    const why = `\`up\` sets the URL of the ${store.kind}`;
    return known ? current : addVariables(current, name, [{ name: store.variable }], why);
  }, text);

/** Notes at commands that name a store, as scripts that wait for it do. */
function commandNotes(service: ServiceView, sheet: Sheet, stores: readonly Store[]): readonly Edit[] {
  return ["command", "entrypoint"].flatMap((key) => {
    const part = service.key(key);
    const value = part && valueOf(sheet, part);
    const text = [plain(value) ?? "", ...wordsOf(sheet, value)].join(" ");
    const store = stores.find(({ names }) =>
      names.some((name) => new RegExp(`(^|[\\s@/"'])${name}(:\\d+|[\\s"';]|$)`).test(text)),
    );
    if (part === undefined || store === undefined) return [];
    const why = `this names ${store.names[0] ?? ""}, which does not run on ECS; the address is in ${store.variable}`;
    return [{ at: part.start, apply: (current: string) => noteAbove(current, part.start, why) }];
  });
}
